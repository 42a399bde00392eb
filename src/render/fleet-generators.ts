import type { ApplicationSet, GeneratorEntry } from "../../crds/application-set.ts";
import { fleetGeneratorSchema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import type { GeneratorLimits } from "../../generators/limits.ts";
import { generators } from "../../generators/registry.ts";
import { GenerationError } from "../base/errors.ts";

/** Where an entry stands in the one above it. */
interface Place {
  readonly at: string;
  readonly depth: number;
  readonly parent: "matrix" | "merge" | undefined;
  readonly index: number;
}

const kinds: readonly string[] = Object.keys(generators);

/**
 * The entries of `spec.fleet.generators`, checked at every level: the definition keeps them as free JSON. Throws a
 * GenerationError that names the field. An unknown field is an error here: what is misspelt must not vanish.
 */
export function fleetEntries({ spec }: ApplicationSet, limits: GeneratorLimits): readonly GeneratorEntry[] {
  return (spec.fleet?.generators ?? []).map((entry, index) =>
    decodeEntry(entry, { at: fleetEntryPath(index), depth: 1, parent: undefined, index }, limits),
  );
}

export function fleetEntryPath(index: number): string {
  return `spec.fleet.generators[${index}]`;
}

function decodeEntry(value: unknown, place: Place, limits: GeneratorLimits): GeneratorEntry {
  const { at, depth } = place;
  const schema = fleetGeneratorSchema();
  const [dropped] = prune(schema, structuredClone(value));
  if (dropped !== undefined) throw wrong(`${at}.${dropped}`, "is no field of a generator", "correct or remove it");
  const [issue] = validate(schema, value, at);
  if (issue !== undefined) throw new GenerationError(issue.message, { details: { field: issue.path } });
  const entry = value as GeneratorEntry;
  checkPlace(entry, place);
  const present = kinds.filter((kind) => (entry as { readonly [kind: string]: unknown })[kind] !== undefined);
  if (present.length !== 1) {
    const found = present.length === 0 ? "no generator" : present.join(" and ");
    throw wrong(at, `holds ${found} where one generator is needed`, `use one of ${kinds.join(", ")}`);
  }
  const children = entry.matrix?.generators ?? entry.merge?.generators;
  if (children === undefined) return entry;
  if (depth >= limits.maxFleetDepth) {
    throw wrong(at, `nests generators deeper than ${limits.maxFleetDepth} levels`, "put them into one matrix or merge");
  }
  const parent = entry.matrix === undefined ? "merge" : "matrix";
  const inner = children.map((child, index) =>
    decodeEntry(child, { at: `${at}.${parent}.generators[${index}]`, depth: depth + 1, parent, index }, limits),
  );
  return { ...entry, [parent]: { ...entry[parent], generators: inner } };
}

/** Some fields say how an entry goes together with the others of its matrix or merge. */
function checkPlace({ optional, defaults, keys }: GeneratorEntry, { at, parent, index }: Place): void {
  const isLaterChild = parent === "matrix" && index > 0;
  if (optional !== undefined && !isLaterChild) {
    throw wrong(`${at}.optional`, "is for the second and later children of a matrix", "remove it");
  }
  if (defaults !== undefined && optional !== true) {
    throw wrong(`${at}.defaults`, "is for optional children of a matrix", "set optional: true beside it");
  }
  if (keys !== undefined && parent !== "merge") throw wrong(`${at}.keys`, "is for children of a merge", "remove it");
}

function wrong(field: string, problem: string, remedy: string): GenerationError {
  return new GenerationError(`${field} ${problem}`, { details: { field, remedy } });
}
