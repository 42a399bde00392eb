import type { ApplicationSet, GeneratorEntry, GeneratorKind, GeneratorSpec } from "../../crds/application-set.ts";
import type { Expansion, GenerateContext, Generator, RequeueContext } from "../../generators/generator.ts";
import { soonestOf } from "../../generators/interval.ts";
import type { GeneratorLimits } from "../../generators/limits.ts";
import { flattenParams } from "../../generators/params.ts";
import type { Ports } from "../../generators/ports.ts";
import { generators } from "../../generators/registry.ts";
import { FleetError, GenerationError, messageOf } from "../base/errors.ts";
import { parseLabelSelector, type Selector } from "../base/selectors.ts";
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

/** Expands an entry of `spec.generators`, one generator after the other. Throws a GenerationError that names the field. */
export async function* expandEntry(
  entry: GeneratorEntry,
  index: number,
  settings: ExpandSettings,
): AsyncGenerator<GeneratorRows> {
  const at = `spec.generators[${index}]`;
  const selector = selectorOf(entry, at);
  const present = kindsOf(entry);
  if (present.length === 0) settings.warn("the entry holds no generator that is known and gives nothing", at);
  if (present.length > 1) settings.warn(`the entry holds ${present.join(" and ")}: the rows of each are used`, at);
  for (const kind of present) {
    const spec = entry[kind] as GeneratorSpec<GeneratorKind>;
    const expansion = await expandKind(kind, spec, { at: `${at}.${kind}`, depth: 1, selector, settings });
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

interface Call {
  readonly at: string;
  readonly depth: number;
  readonly selector: Selector | undefined;
  readonly settings: ExpandSettings;
}

async function expandKind(kind: GeneratorKind, spec: GeneratorSpec<GeneratorKind>, call: Call): Promise<Expansion> {
  call.settings.signal?.throwIfAborted();
  const generator = generators[kind] as Generator<GeneratorKind>;
  const expansion = await inField(call.at, () => generator.generate(spec as never, contextOf(call)));
  const { selector } = call;
  if (selector === undefined) return expansion;
  return { ...expansion, rows: expansion.rows.filter((row) => selector.matches(flattenParams(row.params))) };
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

function contextOf({ at, depth, settings }: Call): GenerateContext {
  const { set, ports, interpolator, limits, nested, newGitFileGlobbing, signal } = settings;
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
    at,
    signal,
    warn: (message, where) => settings.warn(message, where),
    render: (text, params, where) => interpolator.render(text, params, where),
    interpolate: (entry, params, where) => interpolator.entry(entry, params, where),
    expand: (entry, where) => expandChild(entry, where, depth + 1, settings),
  };
}

function expandChild(entry: GeneratorEntry, at: string, depth: number, settings: ExpandSettings): Promise<Expansion> {
  const selector = selectorOf(entry, at);
  const { maxDepth } = settings.limits;
  // At the last level a matrix or merge is an unknown field, as it is to Argo CD.
  const present = kindsOf(entry).filter((kind) => depth < maxDepth || (kind !== "matrix" && kind !== "merge"));
  const [kind] = present;
  if (kind === undefined || present.length > 1) throw notOne(entry, present, { at, depth, maxDepth });
  const spec =
    kind === "matrix" || kind === "merge" ? decodeCombination(kind, entry[kind], `${at}.${kind}`) : entry[kind];
  return expandKind(kind, spec as GeneratorSpec<GeneratorKind>, { at: `${at}.${kind}`, depth, selector, settings });
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
  return soonestOf(set.spec.generators, requeue);
}

function intervalOfEntry(entry: GeneratorEntry, requeue: RequeueContext): number | undefined {
  const intervals = kindsOf(entry).flatMap((kind) => {
    const generator = generators[kind] as Generator<GeneratorKind>;
    return generator.requeueAfterSeconds(entry[kind] as never, requeue) ?? [];
  });
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}
