import type { KubeObject, Schema } from "../resources.ts";
import { fillSchemaDefaults } from "./default.ts";
import { pruneObject } from "./prune.ts";

/** A stored object as its schema reads it: without unknown fields, with defaults. The same object when it fits. */
export function fitToSchema(object: KubeObject, schema: Schema): KubeObject {
  return fillSchemaDefaults(pruneObject(object, schema).object, schema);
}
