import type { ApplicationSet, GeneratorEntry, GeneratorKind, GeneratorSpec } from "../../crds/application-set.ts";
import { entryExtensions } from "../../crds/entry-extensions.ts";
import type { Expansion, GenerateContext, Generator, RequeueContext, Row } from "../../generators/generator.ts";
import { soonestOf } from "../../generators/interval.ts";
import type { GeneratorLimits } from "../../generators/limits.ts";
import { flattenParams } from "../../generators/params.ts";
import type { Ports } from "../../generators/ports.ts";
import { generators } from "../../generators/registry.ts";
import { scopeOf } from "../../generators/scope.ts";
import { FleetError, GenerationError, messageOf } from "../base/errors.ts";
import { parseLabelSelector, type Selector } from "../base/selectors.ts";
import type { Params } from "../base/values.ts";
import type { Interpolator } from "./interpolate.ts";
import { decodeCombination } from "./nested-generator.ts";

/** What expanding a set needs besides its spec. */
export interface ExpandSettings {
  readonly set: ApplicationSet;
  readonly ports: Ports;
  readonly interpolator: Interpolator;
  readonly limits: GeneratorLimits;
  /** Parameters as nested maps and not as flat text. */
  readonly nested: boolean;
  readonly newGitFileGlobbing: boolean;
  /** The entry stands in `spec.fleet.generators`, where more is allowed. */
  readonly extended: boolean;
  readonly signal: AbortSignal | undefined;
  warn(message: string, at: string): void;
}

/** The rows of one generator of an entry, with the field path of the generator. */
export interface GeneratorRows {
  readonly at: string;
  readonly spec: GeneratorSpec<GeneratorKind>;
  readonly expansion: Expansion;
}

/** The kinds in the order in which an entry with several of them is expanded. */
const kinds = Object.keys(generators) as readonly GeneratorKind[];

/** Expands an entry at the first level, one generator after the other. Throws a GenerationError that names the field. */
export async function* expandEntry(
  entry: GeneratorEntry,
  at: string,
  settings: ExpandSettings,
): AsyncGenerator<GeneratorRows> {
  if (!settings.extended) refuseExtensions(entry, at);
  const filter = filterOf(entry, at, settings);
  const present = kindsOf(entry);
  if (present.length === 0) settings.warn("the entry holds no generator that is known and gives nothing", at);
  if (present.length > 1) settings.warn(`the entry holds ${present.join(" and ")}: the rows of each are used`, at);
  for (const kind of present) {
    const spec = entry[kind] as GeneratorSpec<GeneratorKind>;
    const expansion = await expandKind(kind, spec, { at: `${at}.${kind}`, depth: 1, filter, settings });
    yield { at: `${at}.${kind}`, spec, expansion };
  }
}

function kindsOf(entry: GeneratorEntry): GeneratorKind[] {
  return kinds.filter((kind) => entry[kind] !== undefined && entry[kind] !== null);
}

/** Selectors beside a generator match parameters: any text is a value, but keys must be label keys. */
function selectorOf(entry: GeneratorEntry, at: string): Selector | undefined {
  if (entry.selector === undefined || entry.selector === null) return undefined;
  try {
    return parseLabelSelector(entry.selector, { anyValue: true });
  } catch (error: unknown) {
    const field = `${at}.selector`;
    const remedy = error instanceof FleetError ? error.details.remedy : undefined;
    throw new GenerationError(`${field}: ${messageOf(error)}`, {
      details: { field, ...(remedy === undefined ? {} : { remedy }) },
      cause: error,
    });
  }
}

/** What is beside a generator and keeps only some of its rows: its selector, then its condition. */
function filterOf(entry: GeneratorEntry, at: string, settings: ExpandSettings): RowFilter {
  const selector = selectorOf(entry, at);
  const { when } = entry;
  const selected: RowFilter = (rows) =>
    selector === undefined ? rows : rows.filter((row) => selector.matches(flattenParams(row.params)));
  return when === undefined ? selected : (rows) => rowsThat(when, selected(rows), `${at}.when`, settings);
}

function rowsThat(when: string, rows: readonly Row[], at: string, { interpolator }: ExpandSettings): readonly Row[] {
  return rows.filter(({ params, key }) => {
    const text = interpolator.render(when, params, at).trim();
    if (text === "true") return true;
    if (text === "false" || text === "") return false;
    throw new GenerationError(`${at} gives ${JSON.stringify(text.slice(0, 80))} for ${key}`, {
      details: { field: at, row: key, remedy: "write a template that gives true or false" },
    });
  });
}

/** What asks for more than Argo CD has is refused where Argo CD's rules hold, and never dropped in silence. */
function refuseExtensions(entry: GeneratorEntry, at: string): void {
  const found = entryExtensions.find((name) => (entry as { readonly [name: string]: unknown })[name] !== undefined);
  if (found === undefined) return;
  const field = `${at}.${found}`;
  throw new GenerationError(`${field} is an extension of fleetset`, {
    details: { field, remedy: "put the generator into spec.fleet.generators" },
  });
}

type RowFilter = (rows: readonly Row[]) => readonly Row[];

interface Call {
  readonly at: string;
  readonly depth: number;
  readonly filter: RowFilter;
  /** Parameters of the rows around the generator. */
  readonly scope?: Params | undefined;
  readonly settings: ExpandSettings;
}

async function expandKind(kind: GeneratorKind, spec: GeneratorSpec<GeneratorKind>, call: Call): Promise<Expansion> {
  call.settings.signal?.throwIfAborted();
  const generator = generators[kind] as Generator<GeneratorKind>;
  const expansion = await inField(call.at, () => generator.generate(spec as never, contextOf(call)));
  const rows = call.filter(expansion.rows);
  return rows === expansion.rows ? expansion : { ...expansion, rows };
}

/** A failure of what a generator reads names no field by itself: it is the generator's. */
async function inField<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error: unknown) {
    if (!(error instanceof GenerationError) || error.details.field !== undefined) throw error;
    const { message, details, retryable } = error;
    throw new GenerationError(message, { details: { ...details, field: at }, cause: error, retryable });
  }
}

function contextOf({ at, depth, scope, settings }: Call): GenerateContext {
  const { set, ports, interpolator, limits, nested, newGitFileGlobbing, extended, signal } = settings;
  return {
    ports,
    set: {
      name: set.metadata.name,
      namespace: set.metadata.namespace ?? "",
      project: set.spec.template.spec.project ?? "",
    },
    limits,
    nested,
    newGitFileGlobbing,
    extended,
    at,
    signal,
    warn: (message, where) => settings.warn(message, where),
    render: (text, params, where) => interpolator.render(text, params, where),
    scope,
    interpolate: (entry, params, where) =>
      interpolator.entry(entry, scopeOf(params, { scope, nested }), where, extended),
    expand: (entry, where, around) =>
      extended
        ? expandFleetChild(entry, { at: where, depth: depth + 1, scope: around ?? scope }, settings)
        : expandChild(entry, where, depth + 1, settings),
  };
}

/** Entries of `spec.fleet.generators` were checked at all levels before. */
function expandFleetChild(
  entry: GeneratorEntry,
  { at, depth, scope }: Pick<Call, "at" | "depth" | "scope">,
  settings: ExpandSettings,
): Promise<Expansion> {
  const [kind] = kindsOf(entry);
  if (kind === undefined) throw notOne(entry, [], { at, depth, maxDepth: settings.limits.maxFleetDepth });
  const filter = filterOf(entry, at, settings);
  const spec = entry[kind] as GeneratorSpec<GeneratorKind>;
  return expandKind(kind, spec, { at: `${at}.${kind}`, depth, filter, scope, settings });
}

function expandChild(entry: GeneratorEntry, at: string, depth: number, settings: ExpandSettings): Promise<Expansion> {
  refuseExtensions(entry, at);
  const filter = filterOf(entry, at, settings);
  const { maxDepth } = settings.limits;
  // At the last level a matrix or merge is an unknown field, as it is to Argo CD.
  const present = kindsOf(entry).filter((kind) => depth < maxDepth || (kind !== "matrix" && kind !== "merge"));
  const [kind] = present;
  if (kind === undefined || present.length > 1) throw notOne(entry, present, { at, depth, maxDepth });
  const spec =
    kind === "matrix" || kind === "merge" ? decodeCombination(kind, entry[kind], `${at}.${kind}`) : entry[kind];
  return expandKind(kind, spec as GeneratorSpec<GeneratorKind>, { at: `${at}.${kind}`, depth, filter, settings });
}

function notOne(
  entry: GeneratorEntry,
  present: readonly GeneratorKind[],
  { at, depth, maxDepth }: { readonly at: string; readonly depth: number; readonly maxDepth: number },
): GenerationError {
  if (present.length > 1) {
    return new GenerationError(`${at} holds ${present.join(" and ")} where one generator is allowed`, {
      details: { field: at, remedy: "put each generator into an entry of its own" },
    });
  }
  if (depth >= maxDepth && kindsOf(entry).length > 0) {
    return new GenerationError(`${at} nests generators deeper than ${maxDepth} levels`, {
      details: { field: at, remedy: "put the inner generators one level up" },
    });
  }
  return new GenerationError(`${at} holds no generator that is known`, {
    details: { field: at, remedy: `use one of ${kinds.join(", ")}` },
  });
}

/**
 * Seconds until a set is generated again when nothing tells of a change; undefined for never. `defaultSeconds` is for git,
 * oci and clusterDecisionResource entries that do not say.
 */
export function requeueAfterSeconds(set: ApplicationSet, defaultSeconds = 180): number | undefined {
  const requeue: RequeueContext = { defaultSeconds, ofEntry: (entry) => intervalOfEntry(entry, requeue) };
  return soonestOf([...set.spec.generators, ...(set.spec.fleet?.generators ?? [])] as GeneratorEntry[], requeue);
}

function intervalOfEntry(entry: GeneratorEntry, requeue: RequeueContext): number | undefined {
  const intervals = kindsOf(entry).flatMap((kind) => {
    const generator = generators[kind] as Generator<GeneratorKind>;
    return generator.requeueAfterSeconds(entry[kind] as never, requeue) ?? [];
  });
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}
