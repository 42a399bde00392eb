import type { ApplicationSet, FleetSpec } from "../../crds/application-set.ts";
import { structuralSchema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import { InvalidError } from "../base/errors.ts";
import { isMap, own } from "../base/values.ts";
import { parseYaml } from "../base/yaml.ts";

/** Holds what would stand in `spec.fleet`, for hubs whose CRD of ApplicationSet does not know that field. */
export const fleetAnnotation = "fleetset.io/fleet";

/**
 * The set with its `spec.fleet` in place, wherever it stands; the field wins over the annotation. Throws an InvalidError
 * that names the field when the annotation is no YAML or does not pass the schema: a guard that is misspelt must not vanish.
 */
export function withFleetBlock<T extends ApplicationSet>(set: T): T {
  const text = own(set.metadata.annotations ?? {}, fleetAnnotation);
  if (text === undefined || set.spec.fleet !== undefined) return set;
  return { ...set, spec: { ...set.spec, fleet: parseBlock(set, text) } };
}

function parseBlock({ metadata }: ApplicationSet, text: string): FleetSpec {
  const object = `ApplicationSet ${metadata.namespace}/${metadata.name}`;
  const field = `metadata.annotations[${fleetAnnotation}]`;
  const block = parseYaml(text, { file: `${object}, annotation ${fleetAnnotation}` });
  const schema = structuralSchema("ApplicationSet").properties?.spec?.properties?.fleet;
  const fail = (problem: string): never => {
    throw new InvalidError(`${object}: ${field}: ${problem}`, {
      details: { object, field, remedy: "write the YAML that would stand in spec.fleet" },
    });
  };
  if (schema === undefined || !isMap(block)) return fail("is not a map");
  const [dropped] = prune(schema, block);
  if (dropped !== undefined) return fail(`unknown field ${dropped}`);
  const [issue] = validate(schema, block, "");
  return issue === undefined ? (block as unknown as FleetSpec) : fail(issue.message);
}
