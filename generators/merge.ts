import type { GeneratorEntry, GeneratorSpec } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError } from "../src/base/errors.ts";
import { isMap, newRecord, own, type Params, type Value, type ValueMap } from "../src/base/values.ts";
import { checkRowCount, combineReadings } from "./expansion.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { soonestOf } from "./interval.ts";
import { mergeParams, StringMapConflict } from "./params.ts";
import { inScope } from "./scope.ts";

/**
 * The rows of the first child in their order, each with the rows of later children merged over it that have the same
 * values under the merge keys; rows only in a later child are dropped. Keys are looked up at the top level of a row, and a
 * missing one is null; with extensions they may be dotted paths into nested rows, and each child may have names of its own. Flat rows are overwritten key by key, nested rows merged deeply. Argo CD gives its rows in random
 * order.
 */
export const mergeGenerator: Generator<"merge"> = {
  kind: "merge",
  async generate(spec, context): Promise<Expansion> {
    const keys = [...new Set(spec.mergeKeys ?? [])];
    const children = checkedChildren(spec, keys, context);
    const expansions: Expansion[] = [];
    for (const [index, child] of children.entries()) {
      const at = `${context.at}.generators[${index}]`;
      expansions.push(await context.expand(inScope(child, at, context), at));
    }
    const [base, ...overrides] = expansions.map((expansion, index) => {
      const read = keyReader(keys, children[index]?.keys ?? {}, context);
      return indexRows(expansion, read, index, context);
    });
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
  checkNames(children, keys, context);
  if (keys.length > 0) return children;
  const field = `${context.at}.mergeKeys`;
  throw new GenerationError(`${field} is empty where merge needs at least one key`, {
    details: { field, remedy: "name the parameters by which rows belong together" },
  });
}

/** A name for a key that is none would be without effect. */
function checkNames(children: readonly GeneratorEntry[], keys: readonly string[], { at }: GenerateContext): void {
  for (const [index, child] of children.entries()) {
    const unknown = Object.keys(child.keys ?? {}).find((key) => !keys.includes(key));
    if (unknown === undefined) continue;
    const field = `${at}.generators[${index}].keys`;
    throw new GenerationError(`${field} names ${unknown}, which is no merge key`, {
      details: { field, remedy: `use ${keys.join(", ")}` },
    });
  }
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
  keyOf: (params: Params) => string,
  child: number,
  context: GenerateContext,
): Map<string, MergedRow> {
  const index = new Map<string, MergedRow>();
  for (const row of expansion.rows) {
    const key = keyOf(row.params);
    if (index.has(key)) throw duplicate(key, child, context);
    index.set(key, { row, origins: [row] });
  }
  return index;
}

/** `names` are what the child's rows call the keys. With extensions a key may lead into nested rows. */
function keyReader(
  keys: readonly string[],
  names: { readonly [key: string]: string },
  { extended, nested }: GenerateContext,
): (params: Params) => string {
  const read = extended && nested ? valueAt : own<Value>;
  const places = keys.map((key) => [key, own(names, key) ?? key] as const);
  return (params) => {
    const values: { [key: string]: Value } = newRecord();
    for (const [key, name] of places) values[key] = read(params, name) ?? null;
    return canonicalJson(values);
  };
}

/** The value under a dotted path; keys may hold dots themselves: `metadata.labels.example.com/env`. */
function valueAt(map: ValueMap, path: string): Value | undefined {
  const whole = own(map, path);
  if (whole !== undefined) return whole;
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const below = own(map, path.slice(0, dot));
    const found = isMap(below) ? valueAt(below, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function duplicate(key: string, child: number, { at }: GenerateContext): GenerationError {
  const field = `${at}.generators[${child}]`;
  return new GenerationError(`${field} gives two rows with the merge key ${key}`, {
    details: {
      field,
      key,
      remedy: "merge on keys that tell all rows of each child apart; only top-level keys count in spec.generators",
    },
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
  if (!nested) return Object.assign(newRecord(), base, over);
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
