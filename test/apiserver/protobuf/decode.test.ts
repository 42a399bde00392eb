import { describe, expect, it } from "vitest";
import { decodeProtobuf, ProtobufError } from "../../../src/apiserver/protobuf/decode.ts";
import recorded from "../../vectors/apiserver/protobuf.json" with { type: "json" };

/** Ownership is written like any other field; nobody but the server sends it. */
function withoutManagers(object: object): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value) => (key === "managedFields" || value === null ? undefined : value)),
  );
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

function field(number: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from("k8s\0"), field(1, type), field(2, raw)]);
}

const configMap = (raw: Uint8Array) => decodeProtobuf(envelope("v1", "ConfigMap", raw));

describe("decodeProtobuf", () => {
  it.each(recorded.cases)("reads $path as a real server says it", ({ protobuf, json }) => {
    expect(withoutManagers(decodeProtobuf(Buffer.from(protobuf, "base64")))).toEqual(withoutManagers(json));
  });

  it("keeps a zero that was set and drops one that was not", () => {
    const spec = Buffer.from([0x08, 0x00, 0x28, 0x00]); // replicas 0, minReadySeconds 0
    const { spec: read } = decodeProtobuf(envelope("apps/v1", "Deployment", field(2, spec)));
    expect(read).toEqual({ replicas: 0 });
  });

  it("reads options of a deletion whatever group they are sent to", () => {
    const raw = Buffer.concat([Buffer.from([0x08, 0x00]), field(4, "Orphan")]);
    const options = decodeProtobuf(envelope("apps/v1", "DeleteOptions", raw));
    expect(options).toMatchObject({ gracePeriodSeconds: 0, propagationPolicy: "Orphan" });
  });

  it("is not led to prototypes by a key", () => {
    const read = configMap(field(2, Buffer.concat([field(1, "__proto__"), field(2, "x")])));
    expect(Object.keys(read.data as object)).toEqual(["__proto__"]);
  });

  it("skips fields that it does not know", () => {
    expect(configMap(field(999, "later"))).toEqual({ apiVersion: "v1", kind: "ConfigMap" });
  });

  const nested = Array.from({ length: 200 }).reduce<Buffer>((inner) => field(28, inner), Buffer.alloc(0));
  const versions = field(2, field(7, field(4, field(1, nested))));

  it.each([
    ["no magic", Buffer.from("{}")],
    ["nothing", Buffer.alloc(0)],
    ["a length beyond the end", envelope("v1", "ConfigMap", Buffer.from([0x0a, 0x7f]))],
    ["a number without an end", envelope("v1", "ConfigMap", Buffer.alloc(12, 0xff))],
    ["another wire type", envelope("v1", "ConfigMap", Buffer.from([0x08, 0x01]))],
    ["a wire type that is none", envelope("v1", "ConfigMap", Buffer.from([0x0b]))],
    ["text that is not UTF-8", envelope("v1", "ConfigMap", field(1, field(1, Buffer.from([0xff, 0xfe]))))],
    ["a kind that is not built in", envelope("acme.example/v1", "Widget", Buffer.alloc(0))],
    ["too deep a nesting", envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", versions)],
  ])("refuses %s", (_, bytes) => expect(() => decodeProtobuf(bytes)).toThrow(ProtobufError));
});
