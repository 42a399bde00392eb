import type { GeneratorSpec } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError } from "../src/base/errors.ts";
import { newRecord, own, type Params, type Value } from "../src/base/values.ts";
import { checkRowCount, combineReadings } from "./expansion.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { soonestOf } from "./interval.ts";
import { mergeParams, StringMapConflict, toTexts } from "./params.ts";

/**
 * The rows of the first child in their order, each with the rows of later children merged over it that have the same
 * values under the merge keys; rows only in a later child are dropped. Keys are looked up at the top level of a row, and a
 * missing one is null. Flat rows are overwritten key by key, nested rows merged deeply. Argo CD gives its rows in random
 * order.
 */
export const mergeGenerator: Generator<"merge"> = {
  kind: "merge",
  async generate(spec, context): Promise<Expansion> {
    const keys = [...new Set(spec.mergeKeys ?? [])];
    const children = checkedChildren(spec, keys, context);
    const expansions: Expansion[] = [];
    for (const [index, child] of children.entries()) {
      expansions.push(await context.expand(child, `${context.at}.generators[${index}]`));
    }
    const [base, ...overrides] = expansions.map((expansion, index) => indexRows(expansion, keys, index, context));
    if (base === undefined) throw tooFew(0, context);
    for (const override of overrides) applyOver(base, override, context);
    const rows = [...base.values()].map(({ row, origins }) => joined(row, origins, context.at));
    checkRowCount(rows.length, context.limits, context.at);
    return { rows, ...combineReadings(expansions) };
  },
  requeueAfterSeconds: (spec, requeue) => soonestOf(spec.generators ?? [], requeue),
};

function checkedChildren(spec: GeneratorSpec<"merge">, keys: readonly string[], context: GenerateContext) {
  const children = spec.generators ?? [];
  if (children.length < 2) throw tooFew(children.length, context);
  if (keys.length > 0) return children;
  const field = `${context.at}.mergeKeys`;
  throw new GenerationError(`${field} is empty where merge needs at least one key`, {
    details: { field, remedy: "name the parameters by which rows belong together" },
  });
}

function tooFew(count: number, { at }: GenerateContext): GenerationError {
  const field = `${at}.generators`;
  return new GenerationError(`${field} has ${count} entries where a merge takes two or more`, { details: { field } });
}

interface MergedRow {
  readonly row: Row;
  readonly origins: Row[];
}

function indexRows(
  expansion: Expansion,
  keys: readonly string[],
  child: number,
  context: GenerateContext,
): Map<string, MergedRow> {
  const index = new Map<string, MergedRow>();
  for (const row of expansion.rows) {
    const key = keyOf(row.params, keys);
    if (index.has(key)) throw duplicate(key, child, context);
    index.set(key, { row, origins: [row] });
  }
  return index;
}

function keyOf(params: Params, keys: readonly string[]): string {
  const values: { [key: string]: Value } = newRecord();
  for (const key of keys) values[key] = own(params, key) ?? null;
  return canonicalJson(values);
}

function duplicate(key: string, child: number, { at }: GenerateContext): GenerationError {
  const field = `${at}.generators[${child}]`;
  return new GenerationError(`${field} gives two rows with the merge key ${key}`, {
    details: { field, key, remedy: "merge on keys that tell all rows of each child apart; only top-level keys count" },
  });
}

function applyOver(base: Map<string, MergedRow>, over: Map<string, MergedRow>, context: GenerateContext): void {
  for (const [key, { row }] of over) {
    const below = base.get(key);
    if (below === undefined) continue;
    const params = mergeRows(below.row.params, row.params, context);
    base.set(key, { row: { ...below.row, params }, origins: [...below.origins, row] });
  }
}

function mergeRows(base: Params, over: Params, { nested, at }: GenerateContext): Params {
  if (!nested) return Object.assign(newRecord(), toTexts(base), toTexts(over));
  try {
    return mergeParams(base, over);
  } catch (error: unknown) {
    if (!(error instanceof StringMapConflict)) throw error;
    throw new GenerationError(`${at}: ${error.message}, which cannot be merged`, {
      details: { field: at, parameter: error.key, remedy: `write the values of ${error.key} under another key` },
      cause: error,
    });
  }
}

function joined(row: Row, origins: readonly Row[], at: string): Row {
  const parts = origins.map(({ origin }) => origin);
  return { ...row, origin: { at, kind: "merge", item: "", inputs: [], parts } };
}
