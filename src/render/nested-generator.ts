import type { GeneratorSpec } from "../../crds/application-set.ts";
import { misplacedExtension } from "../../crds/entry-extensions.ts";
import { nestedSchema, type Schema } from "../../crds/schema.ts";
import { prune, validate } from "../../crds/structural.ts";
import { GenerationError } from "../base/errors.ts";
import { isMap } from "../base/values.ts";

/**
 * A matrix or merge inside another one. The schema of a set keeps it as free JSON, so it is checked here: unknown fields
 * and deeper combinations drop out, as when Argo CD decodes it. Throws a GenerationError that names the field.
 */
export function decodeCombination<K extends "matrix" | "merge">(kind: K, value: unknown, at: string): GeneratorSpec<K> {
  const schema = nestedSchema(kind);
  const spec = copyOf(value);
  const misplaced = misplacedExtension(prune(schema, spec).map((path) => `spec.generators[0].${kind}.${path}`));
  if (misplaced !== undefined) {
    const field = `${at}${misplaced.slice(`spec.generators[0].${kind}`.length)}`;
    throw new GenerationError(`${field} is an extension of fleetset`, {
      details: { field, remedy: "put the generator into spec.fleet.generators" },
    });
  }
  fillRequired(schema, spec);
  const [issue] = validate(schema, spec, at);
  if (issue === undefined) return spec as GeneratorSpec<K>;
  throw new GenerationError(issue.message, { details: { field: issue.path } });
}

/** Decoding does not ask for fields that the schema requires: Go leaves them empty. */
function fillRequired(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) fillRequired(schema.items, item);
  } else if (isMap(value)) {
    const fields = value as { [key: string]: unknown };
    for (const name of schema.required ?? []) fields[name] ??= emptyOf(schema.properties?.[name]);
    for (const [name, field] of Object.entries(schema.properties ?? {})) fillRequired(field, fields[name]);
  }
}

function emptyOf(schema: Schema | undefined): unknown {
  if (schema?.type === "array") return [];
  return schema?.type === "object" ? {} : "";
}

/** Pruning works in place, and the value belongs to the set. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyOf(entry)]));
}
