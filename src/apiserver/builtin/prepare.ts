import type { KubeObject, ResourceDefinition } from "../resources.ts";
import { defaultings } from "./defaults.ts";
import { normalise } from "./normalise.ts";

/** Brings a built-in object to the form that a kube-apiserver stores. See `ResourceDefinition.prepare`. */
export function prepareBuiltin(
  definition: ResourceDefinition,
  object: KubeObject,
  previous: KubeObject | undefined,
): KubeObject {
  const read = definition.schema === undefined ? object : (normalise(definition.schema, object) as KubeObject);
  const key = `${definition.kind}.${definition.group}`;
  const defaulting = Object.hasOwn(defaultings, key) ? defaultings[key] : undefined;
  return defaulting === undefined ? read : defaulting(read, previous);
}
