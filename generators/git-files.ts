import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError, messageOf } from "../src/base/errors.ts";
import { compileDoublestar, joinPattern } from "../src/base/glob/doublestar.ts";
import { compilePathspec } from "../src/base/glob/pathspec.ts";
import { compareBytes } from "../src/base/go-bytes.ts";
import { candidates } from "./candidates.ts";
import { checkRowCount, completeExpansion, leafOrigin, leafRow } from "./expansion.ts";
import { parseParamsFile } from "./file-params.ts";
import type { Expansion, GenerateContext, Row } from "./generator.ts";
import type { TreeSpec } from "./git-spec.ts";
import { entryInput, patternInput, type ReadTree } from "./git-tree.ts";
import { withPathParams } from "./path-params.ts";
import type { GitEntry } from "./ports.ts";
import { withValues } from "./values.ts";

type Matcher = (entry: GitEntry) => boolean;

/**
 * A row for each map in the files that the patterns pick, by path: a file holds one map or a list of maps, as YAML or
 * JSON. Patterns of git are pathspecs, or doublestar globs with `newGitFileGlobbing`; those of OCI are always such globs,
 * and what they match that is no file is left out. Path parameters are those of the file's
 * directory and go over keys of the same name; generator values come last.
 */
export async function generateFiles(spec: TreeSpec, read: ReadTree, context: GenerateContext): Promise<Expansion> {
  const picked = pickFiles(spec, read, context);
  const rows: Row[] = [];
  let bytes = 0;
  for (const entry of picked) {
    const content = await contentOf(entry, read, context);
    if (content === undefined) continue;
    bytes += content.length;
    checkTotal(bytes, context);
    rows.push(...fileRows(entry, content, spec, { read, context }));
    checkRowCount(rows.length, context.limits, context.at);
  }
  const inputs = picked.map((entry) => entryInput(read, entry));
  const patterns = canonicalJson(spec.files ?? []);
  return completeExpansion(rows, [...inputs, patternInput(read, patterns, picked)]);
}

function pickFiles(spec: TreeSpec, read: ReadTree, context: GenerateContext): GitEntry[] {
  const compile = read.kind === "oci" ? artifactMatcher : context.newGitFileGlobbing ? globMatcher : pathspecMatcher;
  const picked = new Map<string, GitEntry>();
  const patterns = (spec.files ?? []).map((pattern, index) => {
    const at = `${context.at}.files[${index}].path`;
    const matching = compile(pattern.path, at, read);
    return {
      exclude: pattern.exclude === true,
      matches: () => candidates(read.entries, pattern.path).filter(matching),
    };
  });
  for (const { matches } of patterns.filter(({ exclude }) => !exclude)) {
    for (const entry of matches()) picked.set(entry.path, entry);
  }
  for (const { matches } of patterns.filter(({ exclude }) => exclude)) {
    for (const entry of matches()) picked.delete(entry.path);
  }
  return [...picked.values()].sort((a, b) => compareBytes(a.path, b.path));
}

function pathspecMatcher(pattern: string, at: string, { label }: ReadTree): Matcher {
  const matches = compiled(() => compilePathspec(pattern), at, label);
  return (entry) => entry.kind !== "directory" && matches(entry.path);
}

function globMatcher(pattern: string, at: string, { label }: ReadTree): Matcher {
  const joined = joinPattern(pattern);
  if (joined === undefined) return () => false;
  const matches = compiled(() => compileDoublestar(joined), at, label);
  const fail = (directory: string): never => {
    throw new GenerationError(`${at} ${JSON.stringify(pattern)} also matches ${directory} of ${label}`, {
      details: { field: at, remedy: "write the pattern so that it only matches files, such as dir/*.yaml" },
    });
  };
  // The root is no entry.
  if (/^(?:\*\*(?:\/\*\*)*)?$/.test(joined)) fail("the root directory");
  return (entry) => {
    if (!matches(entry.path, entry.kind === "directory")) return false;
    return entry.kind !== "directory" || fail(`the directory ${entry.path}`);
  };
}

/** An empty pattern and `.` are everything; one that leads anywhere but down matches nothing. */
function artifactMatcher(pattern: string, at: string, { label }: ReadTree): Matcher {
  const matches = compiled(() => compileDoublestar(pattern === "" || pattern === "." ? "**" : pattern), at, label);
  const leadsOut = pattern.startsWith("/") || /(?:^|\/)\.{1,2}(?:\/|$)/.test(pattern === "." ? "" : pattern);
  return (entry) => !leadsOut && entry.kind !== "directory" && matches(entry.path);
}

/** A link of an artifact that leads out of it, or to no file, is left out with a warning; in git it is an error. */
async function contentOf(entry: GitEntry, { kind, tree }: ReadTree, context: GenerateContext) {
  try {
    return await tree.read(entry.path, context.limits.maxFileBytes);
  } catch (error: unknown) {
    const mayLeave = kind === "oci" && entry.kind === "symlink" && error instanceof GenerationError && !error.retryable;
    if (!mayLeave) throw error;
    context.warn(`the link ${entry.path} is left out: ${error.message}`, `${context.at}.files`);
    return undefined;
  }
}

function compiled<T>(compile: () => T, at: string, label: string): T {
  try {
    return compile();
  } catch (error: unknown) {
    throw new GenerationError(`${at} cannot be used for ${label}: ${messageOf(error)}`, {
      details: { field: at },
      cause: error,
    });
  }
}

function checkTotal(bytes: number, { limits, at }: GenerateContext): void {
  if (bytes <= limits.maxTotalBytes) return;
  throw new GenerationError(`${at}.files pick more than ${limits.maxTotalBytes} bytes of files`, {
    details: { field: `${at}.files`, remedy: "pick fewer files" },
  });
}

interface Reader {
  readonly read: ReadTree;
  readonly context: GenerateContext;
}

function fileRows(entry: GitEntry, content: Uint8Array, spec: TreeSpec, reader: Reader): Row[] {
  const { read, context } = reader;
  const source = { path: entry.path, repository: read.label, at: context.at };
  const found = parseParamsFile(content, source, context);
  const input = entryInput(read, entry).id;
  const slash = entry.path.lastIndexOf("/");
  const path = { directory: slash < 0 ? "." : entry.path.slice(0, slash), filename: entry.path.slice(slash + 1) };
  return found.maps.map((params, index) => {
    const located = withPathParams(params, path, spec.pathParamPrefix ?? "", context.nested);
    const item = `file ${entry.path}${found.isList ? `[${index}]` : ""}`;
    return leafRow(item, withValues(located, spec.values, context), leafOrigin(context.at, read.kind, item, [input]));
  });
}
