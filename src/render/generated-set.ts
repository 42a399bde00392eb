import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { Completeness, Expansion, Input } from "../../generators/generator.ts";
import type { Ports } from "../../generators/ports.ts";
import { requeueAfterSeconds } from "./expand.ts";
import type { GeneratedApplication, GenerateOptions, Warning } from "./generate.ts";
import { generate } from "./generate.ts";
import type { InvalidApplication } from "./validate.ts";
import { checkReferences, readReferences } from "./validate.ts";

/** What a set generates from the inputs as they are now, with what must not be written taken out. */
export interface GeneratedSet {
  /** In the order of generation. */
  readonly valid: readonly Application[];
  /** Sorted by name: the last one is what the set's condition tells. */
  readonly invalid: readonly InvalidApplication[];
  readonly rowCount: number;
  readonly completeness: Completeness;
  /** What could not be read, in words. */
  readonly gaps: readonly string[];
  /** When to look again at what could not be read, where that may help; undefined otherwise. Seconds. */
  readonly retryAfterSeconds?: number | undefined;
  readonly inputs: readonly Input[];
  readonly warnings: readonly Warning[];
  readonly nonDeterministic: boolean;
  /** Every Application with its row, those that are invalid included. */
  readonly applications: readonly GeneratedApplication[];
  /** When to look again without an event; undefined for never. */
  readonly requeueAfterSeconds: number | undefined;
}

/**
 * Generates a set and sorts out what may not be written: Applications without a name or with one used twice, of a project
 * that does not exist, or for a cluster that is not registered. Fails as `generate` does.
 */
export async function generateSet(
  set: ApplicationSet,
  ports: Ports,
  options: GenerateOptions = {},
): Promise<GeneratedSet> {
  const generation = await generate(set, ports, options);
  const unnamed = new Set(generation.invalid.map(({ name }) => name));
  const named = generation.applications
    .map(({ application }) => application)
    .filter(({ metadata }) => !unnamed.has(metadata.name ?? ""));
  const references = await readReferences(ports, set.metadata.namespace ?? "");
  const unresolved = await checkReferences(named, references);
  const refused = new Set(unresolved.map(({ name }) => name));
  const { expansion, warnings, nonDeterministic, applications } = generation;
  return {
    valid: refused.size === 0 ? named : named.filter(({ metadata }) => !refused.has(metadata.name ?? "")),
    invalid: [...generation.invalid, ...unresolved].sort((a, b) => (a.name < b.name ? -1 : 1)),
    rowCount: expansion.rows.length,
    completeness: expansion.completeness,
    gaps: expansion.gaps.map(({ at, message }) => `${at}: ${message}`),
    retryAfterSeconds: retryAfterSeconds(expansion),
    inputs: expansion.inputs,
    requeueAfterSeconds: requeueAfterSeconds(set),
    ...{ warnings, nonDeterministic, applications },
  };
}

/** After a failure that may pass, where nobody says when to ask again. */
const retrySeconds = 180;

/** The earliest moment at which something that is missing may be there: no answer is asked for before its server wants that. */
function retryAfterSeconds({ gaps }: Expansion): number | undefined {
  const passing = gaps.filter(({ retryable }) => retryable);
  if (passing.length === 0) return undefined;
  return Math.min(...passing.map((gap) => gap.retryAfterSeconds ?? retrySeconds));
}
