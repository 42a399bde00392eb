import { builtinResources } from "../openapi/data.ts";
import type { KubeObject } from "../resources.ts";
import { fieldsOf, hasMessage, type MessageField, messageNameOf } from "./messages.ts";
import { ProtobufError, readFields, readInteger, readText, type WireField } from "./reader.ts";
import { specialTypes } from "./special.ts";

export { ProtobufError };

const magic = Buffer.from("k8s\0");
const maxDepth = 64;

type Fields = { [name: string]: unknown };

const metaKinds: readonly string[] = ["DeleteOptions", "Status"];

const messageOfKind: ReadonlyMap<string, string> = new Map(
  builtinResources.map(({ group, version, kind, definition }) => [
    `${group === "" ? version : `${group}/${version}`} ${kind}`,
    messageNameOf(definition),
  ]),
);

function messageName(apiVersion: string, kind: string): string | undefined {
  // Options go by the version of the group they are sent to.
  if (metaKinds.includes(kind)) return `k8s.io.apimachinery.pkg.apis.meta.v1.${kind}`;
  if (kind === "Scale" && apiVersion === "autoscaling/v1") return "k8s.io.api.autoscaling.v1.Scale";
  if (kind === "TokenRequest" && apiVersion === "authentication.k8s.io/v1") {
    return "k8s.io.api.authentication.v1.TokenRequest";
  }
  return messageOfKind.get(`${apiVersion} ${kind}`);
}

/**
 * Reads a built-in object from Kubernetes' protobuf form: an envelope with version and kind, and the message in it.
 * Go clients send it by default, kubectl among them. Throws a `ProtobufError` for anything else.
 */
export function decodeProtobuf(bytes: Buffer): KubeObject {
  if (bytes.length < magic.length || !bytes.subarray(0, magic.length).equals(magic))
    throw new ProtobufError(
      "the provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  let apiVersion = "";
  let kind = "";
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, bytes: content } of readFields(bytes.subarray(magic.length))) {
    if (number === 1) {
      for (const field of readFields(content)) {
        if (field.number === 1) apiVersion = readText(field.bytes);
        if (field.number === 2) kind = readText(field.bytes);
      }
    } else if (number === 2) raw = content;
  }
  const name = messageName(apiVersion, kind);
  if (name === undefined) throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return { apiVersion, kind, ...decodeFields(name, raw, 0) };
}

function decodeMessage(name: string, bytes: Buffer, depth: number): unknown {
  if (depth > maxDepth) throw new ProtobufError(`messages are nested deeper than ${maxDepth}`);
  const special = Object.hasOwn(specialTypes, name) ? specialTypes[name] : undefined;
  if (special !== undefined) return special(bytes, (inner, content) => decodeMessage(inner, content, depth + 1));
  return decodeFields(name, bytes, depth);
}

function decodeFields(name: string, bytes: Buffer, depth: number): Fields {
  const known = fieldsOf(name);
  const result: Fields = {};
  for (const wire of readFields(bytes)) {
    const field = known.get(wire.number);
    if (field !== undefined) addField(result, field, wire, depth);
  }
  return result;
}

function addField(result: Fields, [, json, type, flags]: MessageField, wire: WireField, depth: number): void {
  if (flags.includes("m")) {
    const [key, value] = mapEntry(type, wire.bytes, depth);
    define((result[json] ??= {}) as object, key, value);
    return;
  }
  const value = decodeValue(type, wire, depth);
  if (json === "") Object.assign(result, value);
  else if (flags.includes("r")) ((result[json] ??= []) as unknown[]).push(value);
  else if (value !== undefined && (flags.includes("z") || !isZero(value))) result[json] = value;
}

function mapEntry(type: string, bytes: Buffer, depth: number): [string, unknown] {
  let key = "";
  let value: unknown = hasMessage(type) ? {} : "";
  for (const wire of readFields(bytes)) {
    if (wire.number === 1) key = readText(wire.bytes);
    else if (wire.number === 2) value = decodeValue(type, wire, depth);
  }
  return [key, value];
}

/** A key may be `__proto__`, which an assignment would not store. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isZero(value: unknown): boolean {
  return value === "" || value === 0 || value === false;
}

const wireTypes: { readonly [scalar: string]: number } = { string: 2, bytes: 2, double: 1 };

function decodeValue(type: string, wire: WireField, depth: number): unknown {
  const isMessage = hasMessage(type);
  const expected = isMessage ? 2 : (wireTypes[type] ?? 0);
  if (wire.wireType !== expected) throw new ProtobufError(`field ${wire.number} has wire type ${wire.wireType}`);
  if (isMessage) return decodeMessage(type, wire.bytes, depth + 1);
  switch (type) {
    case "string":
      return readText(wire.bytes);
    case "bytes":
      return wire.bytes.toString("base64");
    case "bool":
      return wire.value !== 0n;
    case "double":
      return wire.bytes.readDoubleLE(0);
    default:
      return readInteger(wire.value);
  }
}
