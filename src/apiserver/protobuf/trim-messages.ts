// Collects the protobuf form of the built-in kinds: field numbers from `generated.proto`, JSON names from the Go types.
//   tsx src/apiserver/protobuf/trim-messages.ts GO_MODULE_CACHE/k8s.io/{api,apimachinery,apiextensions-apiserver,kube-aggregator}@VERSION
// Writes `openapi/data/messages.json` (licence Apache-2.0).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { builtinResources } from "../openapi/data.ts";
import { type MessageField, messageNameOf } from "./messages.ts";

interface ProtoField {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly isRepeated: boolean;
  readonly isMap: boolean;
}

interface GoField {
  readonly json: string;
  readonly keepsZero: boolean;
}

const moreRoots = [
  "apimachinery.pkg.apis.meta.v1.DeleteOptions",
  "apimachinery.pkg.apis.meta.v1.Status",
  "api.autoscaling.v1.Scale",
  "api.authentication.v1.TokenRequest",
].map((name) => `k8s.io.${name}`);
const scalars: ReadonlySet<string> = new Set([
  "string",
  "bytes",
  "bool",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "double",
]);

function* protoFiles(folder: string): Generator<string> {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    if (basename(path) === "generated.proto") yield join(folder, path);
}

function bodies(text: string, start: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(start)) found.set(match[1] ?? "", match[2] ?? "");
  return found;
}

const protoField = /^\s*(?:(optional|repeated)\s+)?(map<string,\s*)?([.\w]+)>?\s+(\w+)\s*=\s*(\d+)/;

function readProto(text: string): Map<string, ProtoField[]> {
  const home = /^package ([\w.]+);/m.exec(text)?.[1] ?? "";
  const messages = new Map<string, ProtoField[]>();
  for (const [name, body] of bodies(text, /^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields = body.split("\n").flatMap((line): ProtoField[] => {
      const match = protoField.exec(line);
      if (match === null || line.trim().startsWith("//")) return [];
      const [, label, map, type = "", field = "", number] = match;
      const full = scalars.has(type) ? type : type.startsWith(".") ? type.slice(1) : `${home}.${type}`;
      return [
        { number: Number(number), name: field, type: full, isRepeated: label === "repeated", isMap: map !== undefined },
      ];
    });
    messages.set(`${home}.${name}`, fields);
  }
  return messages;
}

const goField = /^\s*(?:\w+\s+)?([^\s`]+(?:\s[^\s`]+)*)\s+`json:"([^"]*)".*protobuf:"([^"]*)"/;

/** Struct fields by message name and the name they have in protobuf. */
function readGo(folder: string, home: string): Map<string, Map<string, GoField>> {
  const structs = new Map<string, Map<string, GoField>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".go") && !/generated|_test/.test(name))) {
    for (const [name, body] of bodies(
      readFileSync(join(folder, file), "utf8"),
      /^type (\w+) struct \{\n([\s\S]*?)^\}/gm,
    )) {
      const fields = new Map<string, GoField>();
      for (const line of body.split("\n")) {
        const [, type = "", tag = "", wire] = goField.exec(line) ?? [];
        if (wire === undefined) continue;
        // An embedded struct may leave its name out.
        const proto = /\bname=(\w+)/.exec(wire)?.[1] ?? `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
        const [json = "", ...options] = tag.split(",");
        const isOmitted = options.some((option) => option === "omitempty" || option === "omitzero");
        fields.set(proto, {
          json: options.includes("inline") ? "" : json,
          keepsZero: type.startsWith("*") || !isOmitted,
        });
      }
      structs.set(`${home}.${name}`, fields);
    }
  }
  return structs;
}

function toField(field: ProtoField, go: GoField | undefined): MessageField {
  const flags = `${field.isRepeated ? "r" : ""}${field.isMap ? "m" : ""}${go?.keepsZero === true ? "z" : ""}`;
  return [field.number, go?.json ?? field.name, field.type, flags];
}

function trim(folders: readonly string[]): void {
  const messages = new Map<string, MessageField[]>();
  for (const file of folders.flatMap((folder) => [...protoFiles(folder)])) {
    const text = readFileSync(file, "utf8");
    const home = /^package ([\w.]+);/m.exec(text)?.[1] ?? "";
    const structs = readGo(dirname(file), home);
    for (const [name, fields] of readProto(text))
      messages.set(
        name,
        fields.map((field) => toField(field, structs.get(name)?.get(field.name))),
      );
  }
  const kept = new Map<string, MessageField[]>();
  const queue = [...builtinResources.map(({ definition }) => messageNameOf(definition)), ...moreRoots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (kept.has(name)) continue;
    const fields = messages.get(name);
    if (fields === undefined) throw new Error(`no message ${name} in ${folders.join(", ")}`);
    kept.set(name, fields);
    queue.push(...fields.map(([, , type]) => type).filter((type) => !scalars.has(type)));
  }
  const head = JSON.stringify({ source: folders.map((folder) => `k8s.io/${basename(folder)}`), license: "Apache-2.0" });
  const lines = [...kept].sort().map(([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`);
  const text = `${head.slice(0, -1)},"messages":{\n${lines.join(",\n")}\n}}\n`;
  writeFileSync(join(import.meta.dirname, "../openapi/data/messages.json"), text);
}

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error("usage: trim-messages.ts FOLDER...");
trim(folders);
