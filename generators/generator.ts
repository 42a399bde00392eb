import type { GeneratorEntry, GeneratorKind, GeneratorSpec } from "../crds/generators.ts";
import type { Params } from "../src/base/values.ts";
import type { Completeness, Gap } from "./completeness.ts";
import type { GeneratorLimits } from "./limits.ts";
import type { Ports } from "./ports.ts";

export type { Completeness, Gap } from "./completeness.ts";

/**
 * Something that was read, at the version that was used: `cluster prod-eu`, `git https://… main apps/web`. The version is
 * a digest or an object id over only the fields that rows can see, so that a rotated credential changes nothing. Never
 * holds a secret.
 */
export interface Input {
  readonly id: string;
  readonly version: string;
  /** Only of a server's answer to a question for a list. */
  readonly listing?: Listed | undefined;
}

/**
 * How much a server listed. Unlike a commit or a copy of the hub's objects such an answer proves little when it is empty:
 * a token that lost its access, or a server without its data, lists nothing too.
 */
export interface Listed {
  readonly count: number;
  /** Where an empty list is an everyday answer: how long it must stand to be believed. Without it a person decides. */
  readonly settlesAfterSeconds?: number;
}

/** Where a row comes from. Rows of a combining generator carry the origins of the rows that they were made of, in order. */
export interface Origin {
  /** The generator's field path: `spec.generators[0].matrix.generators[1].list`. */
  readonly at: string;
  readonly kind: GeneratorKind;
  /** What gave the row: `cluster prod-eu`, `element 3`, `directory apps/web`. Empty for a combining generator. */
  readonly item: string;
  /** Ids of the inputs that the row was read from. */
  readonly inputs: readonly string[];
  readonly parts?: readonly Origin[];
}

/** One row of parameters. */
export interface Row {
  /** What the row is, the same from run to run while its source stands: `cluster prod-eu · dir apps/web`. */
  readonly key: string;
  /** Read-only, and shared between rows: whoever lets a template change them copies them first. */
  readonly params: Params;
  readonly origin: Origin;
}

/** All rows of a generator tree, in their defined order, with what is needed to trust, explain and repeat them. */
export interface Expansion {
  readonly rows: readonly Row[];
  readonly completeness: Completeness;
  readonly gaps: readonly Gap[];
  /** Without duplicates, in the order of reading. */
  readonly inputs: readonly Input[];
}

/** What generators may know of the set that they expand. */
export interface SetFacts {
  readonly name: string;
  /** Where cluster Secrets, ConfigMaps and projects are looked up: the set's own namespace. */
  readonly namespace: string;
  /** `spec.template.spec.project` as it is written, tags included. */
  readonly project: string;
}

export interface GenerateContext {
  readonly ports: Ports;
  readonly set: SetFacts;
  readonly limits: GeneratorLimits;
  /**
   * True for parameters as nested maps with their types (Go and Handlebars templates), false for flat text under dotted
   * keys (the flat engine).
   */
  readonly nested: boolean;
  /** File patterns of the git generator are doublestar globs and not git pathspecs. */
  readonly newGitFileGlobbing: boolean;
  /** The generator stands in `spec.fleet.generators`, where fleetset's extensions hold. */
  readonly extended: boolean;
  /** With extensions, the parameters of the rows around a nested generator: `interpolate` adds them to those it is given. */
  readonly scope: Params | undefined;
  /** The field path of the generator that is called: `spec.generators[0].list`. */
  readonly at: string;
  readonly signal?: AbortSignal | undefined;
  /** Something that Argo CD accepts and that is likely a mistake. `at` is a field path. */
  warn(message: string, at: string): void;
  /** Renders one text of a generator with a row's parameters, as the set's engine and options have it. Throws a GenerationError. */
  render(text: string, params: Params, at: string): string;
  /**
   * A copy of a generator entry with every text and every key rendered with a row's parameters. `values` are lenient: one
   * that asks for a parameter that the row lacks stays as it is, for the generator itself to render. With extensions the
   * children of a matrix or merge in the entry stay as they are: they are rendered where they are expanded.
   */
  interpolate(entry: GeneratorEntry, params: Params, at: string): GeneratorEntry;
  /**
   * The rows of a generator inside this one, its selector applied. `at` is the field path of the entry. With extensions
   * `scope` holds the parameters that the generators inside of it may use too. Throws a GenerationError when the entry
   * holds no generator or more than one.
   */
  expand(entry: GeneratorEntry, at: string, scope?: Params): Promise<Expansion>;
}

/** How often the sources of a generator are looked at again when nothing tells of a change. */
export interface RequeueContext {
  /** For git, oci and clusterDecisionResource without `requeueAfterSeconds`; seconds. */
  readonly defaultSeconds: number;
  /** The interval of a nested entry. */
  ofEntry(entry: GeneratorEntry): number | undefined;
}

/** A kind of generator. It reads the world only through the ports of its context and holds no state between calls. */
export interface Generator<K extends GeneratorKind> {
  readonly kind: K;
  /**
   * Expands one spec to its rows, in an order that is the same for the same inputs. Throws a GenerationError when it
   * cannot; an answer that lacks something is `partial` and names what in `gaps`.
   */
  generate(spec: GeneratorSpec<K>, context: GenerateContext): Promise<Expansion>;
  /** Seconds until the next look without an event; undefined for never. */
  requeueAfterSeconds(spec: GeneratorSpec<K>, context: RequeueContext): number | undefined;
}
