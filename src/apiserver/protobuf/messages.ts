import file from "../openapi/data/messages.json" with { type: "json" };

/**
 * A field of a protobuf message: its number, its name in JSON ("" for a struct whose fields stand in the parent), its
 * type, and flags: `r` repeated, `m` a map with string keys, `z` a zero is a value that was set.
 */
export type MessageField = readonly [number: number, json: string, type: string, flags: string];

/** `io.k8s.api.apps.v1.Deployment` in OpenAPI is `k8s.io.api.apps.v1.Deployment` in protobuf. */
export function messageNameOf(definition: string): string {
  return definition.replace(/^io\.k8s\./, "k8s.io.").replaceAll("-", "_");
}

type Fields = ReadonlyMap<number, MessageField>;

const indexed = new Map<string, Fields>();
const messages = file.messages as unknown as { readonly [name: string]: readonly MessageField[] };

export function hasMessage(name: string): boolean {
  return Object.hasOwn(messages, name);
}

/** The fields of a message by number. */
export function fieldsOf(name: string): Fields {
  let fields = indexed.get(name);
  if (fields === undefined) {
    fields = new Map((hasMessage(name) ? (messages[name] ?? []) : []).map((field) => [field[0], field]));
    indexed.set(name, fields);
  }
  return fields;
}
