import type { GeneratorEntry } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError } from "../src/base/errors.ts";
import { newRecord, type Params } from "../src/base/values.ts";
import { checkRowCount, combineReadings } from "./expansion.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { soonestOf } from "./interval.ts";
import { type FlatParams, mergeParams, StringMapConflict, toTexts } from "./params.ts";

/**
 * Each row of the first child with each row of the second, the first outside, the second inside. Tags in the second child
 * are rendered with the first child's row; without a tag it is expanded once, and equal rendered specs once too. Flat rows
 * are united and may not contradict each other; in nested rows the first child wins. A row without partner is dropped.
 */
export const matrixGenerator: Generator<"matrix"> = {
  kind: "matrix",
  async generate(spec, context): Promise<Expansion> {
    const [first, second] = twoChildren(spec.generators ?? [], context);
    const outer = await context.expand(first, `${context.at}.generators[0]`);
    const inner = partnersOf(second, context);
    const combine = context.nested ? nestedCombiner(context) : flatCombiner(context);
    const rows: Row[] = [];
    const parts = new Set<Expansion>([outer]);
    for (const row of outer.rows) {
      const partners = await inner(row.params);
      parts.add(partners);
      checkRowCount(rows.length + partners.rows.length, context.limits, context.at);
      for (const partner of partners.rows) rows.push(combine(row, partner));
    }
    return { rows, ...combineReadings([...parts]) };
  },
  requeueAfterSeconds: (spec, requeue) => soonestOf(spec.generators ?? [], requeue),
};

function twoChildren(
  children: readonly GeneratorEntry[],
  { at }: GenerateContext,
): readonly [GeneratorEntry, GeneratorEntry] {
  const [first, second] = children;
  if (children.length === 2 && first !== undefined && second !== undefined) return [first, second];
  const field = `${at}.generators`;
  throw new GenerationError(`${field} has ${children.length} entries where a matrix takes exactly two`, {
    details: { field, remedy: "put one matrix into another to combine three" },
  });
}

/** Expands the second child for a row of the first, once for each spec that differs. */
function partnersOf(second: GeneratorEntry, context: GenerateContext): (params: Params) => Promise<Expansion> {
  const at = `${context.at}.generators[1]`;
  const known = new Map<string, Promise<Expansion>>();
  const isConstant = !canonicalJson(second).includes("{{");
  return (params) => {
    const skips = isConstant || Object.keys(params).length === 0;
    const entry = skips ? second : context.interpolate(second, params, at);
    const key = skips ? "" : canonicalJson(entry);
    let expansion = known.get(key);
    if (expansion === undefined) {
      expansion = context.expand(entry, at);
      known.set(key, expansion);
    }
    return expansion;
  };
}

type Combiner = (outer: Row, inner: Row) => Row;

function joinRows(outer: Row, inner: Row, params: Params, at: string): Row {
  const origin = { at, kind: "matrix" as const, item: "", inputs: noInputs, parts: [outer.origin, inner.origin] };
  return { key: `${outer.key} · ${inner.key}`, params, origin };
}

const noInputs: readonly string[] = [];

function flatCombiner({ at }: GenerateContext): Combiner {
  const texts = new WeakMap<Row, FlatParams>();
  const textsOf = (row: Row): FlatParams => {
    let found = texts.get(row);
    if (found === undefined) texts.set(row, (found = toTexts(row.params)));
    return found;
  };
  return (outer, inner) => joinRows(outer, inner, unite(textsOf(outer), textsOf(inner), at), at);
}

function unite(outer: FlatParams, inner: FlatParams, at: string): Params {
  const united = newRecord<string>();
  for (const key in outer) united[key] = outer[key] as string;
  for (const key in inner) {
    const text = inner[key] as string;
    if (united[key] !== undefined && united[key] !== text) throw conflict(key, united[key], text, at);
    united[key] = text;
  }
  return united;
}

function conflict(key: string, outer: string, inner: string, at: string): GenerationError {
  const [first, second] = [shorten(outer), shorten(inner)];
  return new GenerationError(`${at}: both children have the parameter ${key}, with ${first} and ${second}`, {
    details: {
      field: at,
      parameter: key,
      remedy: "rename it in one child or set goTemplate: true, where the first child wins",
    },
  });
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function nestedCombiner({ at }: GenerateContext): Combiner {
  return (outer, inner) => {
    try {
      return joinRows(outer, inner, mergeParams(inner.params, outer.params), at);
    } catch (error: unknown) {
      throw error instanceof StringMapConflict ? mapConflict(error, at) : error;
    }
  };
}

function mapConflict(error: StringMapConflict, at: string): GenerationError {
  return new GenerationError(`${at}: ${error.message}, which cannot be merged`, {
    details: { field: at, parameter: error.key, remedy: `write the values of ${error.key} under another key` },
    cause: error,
  });
}
