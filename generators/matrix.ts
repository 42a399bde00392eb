import type { GeneratorEntry } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError } from "../src/base/errors.ts";
import { newRecord, type Params } from "../src/base/values.ts";
import { checkRowCount, combineReadings, completeExpansion } from "./expansion.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { soonestOf } from "./interval.ts";
import { type FlatParams, mergeParams, StringMapConflict, toFloats, toTexts } from "./params.ts";
import { inScope, scopeOf } from "./scope.ts";

/**
 * Each row of the first child with each row of the second, the first outside, the second inside. Tags in the second child
 * are rendered with the first child's row; without a tag it is expanded once, and equal rendered specs once too. Flat rows
 * are united and may not contradict each other; in nested rows the first child wins. A row without partner is dropped.
 *
 * With extensions there may be more children, each for the rows that those before it give together, and a row without
 * partner in an optional child stays, with that child's defaults.
 */
export const matrixGenerator: Generator<"matrix"> = {
  kind: "matrix",
  async generate(spec, context): Promise<Expansion> {
    const [first, ...others] = checkedChildren(spec.generators ?? [], context);
    if (first === undefined) return completeExpansion([]);
    const at = `${context.at}.generators[0]`;
    const outer = await context.expand(inScope(first, at, context), at);
    const parts = new Set<Expansion>([outer]);
    const combine = context.nested ? nestedCombiner(context) : flatCombiner(context);
    let rows = outer.rows;
    for (const [index, child] of others.entries()) {
      rows = await joinChild(rows, { child, index: index + 1, parts, combine }, context);
    }
    return { rows, ...combineReadings([...parts]) };
  },
  requeueAfterSeconds: (spec, requeue) => soonestOf(spec.generators ?? [], requeue),
};

function checkedChildren(children: readonly GeneratorEntry[], { at, extended }: GenerateContext) {
  if (children.length === 2 || (extended && children.length > 2)) return children;
  const field = `${at}.generators`;
  const [wanted, remedy] = extended
    ? ["two or more", "add a child"]
    : ["exactly two", "put one matrix into another, or the generator into spec.fleet.generators, which takes more"];
  throw new GenerationError(`${field} has ${children.length} entries where a matrix takes ${wanted}`, {
    details: { field, remedy },
  });
}

interface LaterChild {
  readonly child: GeneratorEntry;
  readonly index: number;
  /** Gathers all that was expanded. */
  readonly parts: Set<Expansion>;
  readonly combine: Combiner;
}

async function joinChild(
  outer: readonly Row[],
  { child, index, parts, combine }: LaterChild,
  context: GenerateContext,
): Promise<readonly Row[]> {
  const at = `${context.at}.generators[${index}]`;
  const inner = partnersOf(child, at, context);
  const rows: Row[] = [];
  for (const row of outer) {
    const partners = await inner(row.params);
    parts.add(partners);
    checkRowCount(rows.length + Math.max(partners.rows.length, 1), context.limits, context.at);
    const join = combine(row);
    for (const partner of partners.rows) rows.push(join(partner));
    // A partner that was not read may be there all the same.
    const isAlone = partners.rows.length === 0 && partners.completeness === "complete";
    if (isAlone && child.optional === true)
      rows.push(withoutPartner(row, join, missingPartner(child, row, at, context)));
  }
  return rows;
}

/** Stands for the partner that a row has not. */
function missingPartner(child: GeneratorEntry, row: Row, at: string, context: GenerateContext): Row {
  const { defaults = {} } = context.interpolate({ defaults: child.defaults }, row.params, at);
  const origin = { at, kind: "matrix" as const, item: "", inputs: noInputs };
  return { key: "", params: toFloats(defaults) as Params, origin };
}

/** The row with the parameters of its missing partner, which leaves no other trace. */
function withoutPartner(row: Row, join: (inner: Row) => Row, missing: Row): Row {
  const { params, origin } = join(missing);
  return { key: row.key, params, origin: { ...origin, parts: (origin.parts ?? []).slice(0, -1) } };
}

/** Expands a later child for a row of those before it, once for each spec that differs. */
function partnersOf(
  child: GeneratorEntry,
  at: string,
  context: GenerateContext,
): (params: Params) => Promise<Expansion> {
  const known = new Map<string, Promise<Expansion>>();
  const isConstant = !canonicalJson(child).includes("{{");
  const hasScope = context.extended && (child.matrix !== undefined || child.merge !== undefined);
  let constant: GeneratorEntry | undefined;
  return (params) => {
    // Interpolation changes more than tags: nulls in its maps disappear. Without a tag the first row decides for all.
    const hasParams = Object.keys(params).length > 0;
    const render = () => (hasParams ? context.interpolate(child, params, at) : child);
    const entry = isConstant ? (constant ??= render()) : render();
    const scope = hasScope && hasParams && !isConstant ? scopeOf(params, context) : undefined;
    const key = isConstant || !hasParams ? "" : textOf([entry, scope]);
    let expansion = known.get(key);
    if (expansion === undefined) {
      expansion = context.expand(entry, at, scope);
      known.set(key, expansion);
    }
    return expansion;
  };
}

/** Entries that were rendered from one child have their keys in one order; only what JSON has no number for needs more. */
function textOf(entry: unknown): string {
  try {
    return JSON.stringify(entry);
  } catch {
    return canonicalJson(entry);
  }
}

/** Joins a row of the children before to rows of the next one. */
type Combiner = (outer: Row) => (inner: Row) => Row;

function rowJoiner(outer: Row, at: string): (inner: Row, params: Params) => Row {
  const kind = "matrix" as const;
  // With a third child the outer row is a row of this matrix itself.
  const before = outer.origin.at === at ? (outer.origin.parts ?? []) : undefined;
  return (inner, params) => {
    const parts = before === undefined ? [outer.origin, inner.origin] : [...before, inner.origin];
    const origin = { at, kind, item: "", inputs: noInputs, parts };
    return { key: `${outer.key} · ${inner.key}`, params, origin };
  };
}

const noInputs: readonly string[] = [];

function flatCombiner({ at }: GenerateContext): Combiner {
  const texts = new WeakMap<Row, FlatParams>();
  const textsOf = (row: Row): FlatParams => {
    let found = texts.get(row);
    if (found === undefined) texts.set(row, (found = toTexts(row.params)));
    return found;
  };
  return (outer) => {
    const join = rowJoiner(outer, at);
    const outerTexts = toTexts(outer.params);
    return (inner) => join(inner, unite(outerTexts, textsOf(inner), at));
  };
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
  return (outer) => {
    const join = rowJoiner(outer, at);
    return (inner) => {
      try {
        return join(inner, mergeParams(inner.params, outer.params));
      } catch (error: unknown) {
        throw error instanceof StringMapConflict ? mapConflict(error, at) : error;
      }
    };
  };
}

function mapConflict(error: StringMapConflict, at: string): GenerationError {
  return new GenerationError(`${at}: ${error.message}, which cannot be merged`, {
    details: { field: at, parameter: error.key, remedy: `write the values of ${error.key} under another key` },
    cause: error,
  });
}
