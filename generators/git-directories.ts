import { canonicalJson } from "../src/base/canonical.ts";
import { messageOf } from "../src/base/errors.ts";
import { compilePathMatch } from "../src/base/glob/path-match.ts";
import { newRecord } from "../src/base/values.ts";
import { checkRowCount, completeExpansion, leafOrigin, leafRow } from "./expansion.ts";
import type { Expansion, GenerateContext, Row } from "./generator.ts";
import type { TreeSpec } from "./git-spec.ts";
import { entryInput, patternInput, type ReadTree } from "./git-tree.ts";
import { withPathParams } from "./path-params.ts";
import type { GitEntry } from "./ports.ts";
import { withValues } from "./values.ts";

type Matcher = (path: string) => boolean;

/**
 * A row for each directory that one of the patterns matches and no excluding one does, in the order of the walk. Patterns
 * are those of Go's path.Match; one that cannot be read is skipped with a warning, as in Argo CD. Directories whose name
 * begins with a dot are left out with everything below them.
 */
export function generateDirectories(spec: TreeSpec, read: ReadTree, context: GenerateContext): Expansion {
  const patterns = spec.directories ?? [];
  const includes = compile(patterns, false, context);
  const excludes = compile(patterns, true, context);
  const picked = read.entries.filter(
    (entry) =>
      entry.kind === "directory" &&
      !isHidden(entry.path) &&
      includes.some((matches) => matches(entry.path)) &&
      !excludes.some((matches) => matches(entry.path)),
  );
  checkRowCount(picked.length, context.limits, context.at);
  const rows = picked.map((entry) => directoryRow(entry, spec, read, context));
  const inputs = picked.map((entry) => entryInput(read, entry));
  return completeExpansion(rows, [...inputs, patternInput(read, canonicalJson(patterns), picked)]);
}

function compile(
  patterns: NonNullable<TreeSpec["directories"]>,
  exclude: boolean,
  context: GenerateContext,
): Matcher[] {
  return patterns.flatMap((pattern, index) => {
    if ((pattern.exclude === true) !== exclude) return [];
    try {
      return [compilePathMatch(pattern.path)];
    } catch (error: unknown) {
      context.warn(`the pattern is skipped: ${messageOf(error)}`, `${context.at}.directories[${index}].path`);
      return [];
    }
  });
}

function isHidden(path: string): boolean {
  return path.startsWith(".") || path.includes("/.");
}

function directoryRow(entry: GitEntry, spec: TreeSpec, read: ReadTree, context: GenerateContext): Row {
  const path = { directory: entry.path };
  const params = withPathParams(newRecord(), path, spec.pathParamPrefix ?? "", context.nested);
  const origin = leafOrigin(context.at, read.kind, `directory ${entry.path}`, [entryInput(read, entry).id]);
  return leafRow(`directory ${entry.path}`, withValues(params, spec.values, context), origin);
}
