import { z } from "zod";

/** Any JSON value. A bigint stands for an integer that a double cannot hold. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object; ask for its keys with `Object.hasOwn`. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The type of a schema's values, read-only at every depth. */
export type Shape<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** A text. `notes` are facets of the structural schema: `enum`, `pattern`, `maxLength`. */
export function text(description?: string, notes: object = {}) {
  return z.string().meta(meta(description, notes));
}

/** True or false. */
export function flag(description?: string) {
  return z.boolean().meta(meta(description));
}

/** An integer of 64 bits. */
export function int64(description?: string, notes: object = {}) {
  return z.int().meta(meta(description, { format: "int64", ...notes }));
}

/** A moment in RFC 3339. */
export function moment(description?: string) {
  return z.string().meta(meta(description, { format: "date-time" }));
}

/** One of a few words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words, description?: string) {
  return z.enum(words).meta(meta(description));
}

/** A list of texts. */
export function texts(description?: string, notes: object = {}) {
  return z.array(z.string()).meta(meta(description, notes));
}

/** A list of the same things. */
export function list<Item extends z.ZodType>(item: Item, description?: string, notes: object = {}) {
  return z.array(item).meta(meta(description, notes));
}

/** A map from text to text. */
export function textMap(description?: string) {
  return z.record(z.string(), z.string()).meta(meta(description));
}

/** A map from any name to the same things. */
export function record<Entry extends z.ZodType>(entry: Entry, description?: string) {
  return z.record(z.string(), entry).meta(meta(description));
}

/** A map with known fields; a field is required unless its schema is optional. */
export function object<Fields extends z.ZodRawShape>(fields: Fields, description?: string, notes: object = {}) {
  return z.object(fields).meta(meta(description, notes));
}

/** A number or a text, as Kubernetes writes counts and percentages. */
export function intOrString(description?: string) {
  return z.union([z.int(), z.string()]).meta(meta(description, { "x-kubernetes-int-or-string": true }));
}

/** Any JSON, kept as it is. */
export function anyJson(description?: string) {
  return z.custom<Json>().meta(meta(description, { "x-kubernetes-preserve-unknown-fields": true }));
}

/** Any JSON object, kept as it is. */
export function anyObject(description?: string) {
  return z
    .custom<JsonObject>()
    .meta(meta(description, { type: "object", "x-kubernetes-preserve-unknown-fields": true }));
}

function meta(description: string | undefined, notes: object = {}): z.GlobalMeta {
  return { ...(description === undefined ? {} : { description }), ...notes };
}
