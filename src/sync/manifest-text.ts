import { messageOf } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Value, ValueMap } from "../base/values.ts";
import { isMap, own } from "../base/values.ts";
import { parseYamlDocuments } from "../base/yaml.ts";
import type { KubeObject } from "../kube/objects.ts";
import { ComparisonError } from "./errors.ts";

const skipMark = "+argocd:skip-file-rendering";
const maxListDepth = 4;

/**
 * The objects that a manifest file holds, in their order: YAML with any number of documents, or one JSON document; a list
 * (`kind: List`, `ConfigMapList`) gives its items. A YAML file without a single object, such as values of a chart, gives
 * nothing, unless it looks as if it should be one. Throws ComparisonError with file and line, never with content.
 */
export function parseManifest(file: string, text: string): KubeObject[] {
  if (text.includes(skipMark)) return [];
  const documents = readDocuments(file, text);
  if (documents === undefined) return [];
  const looksForeign = documents.every(({ value }) => !isMap(value) || own(value, "kind") === undefined);
  if (looksForeign && !looksLikeManifest(text)) return [];
  return documents.flatMap((document) => expand(document.value, { file, document, depth: 0 }));
}

/** A document of a file. Its line is worked out only when it is asked for, which reads the text again. */
interface Document {
  readonly value: Value;
  readonly line: number;
}

interface Place {
  readonly file: string;
  readonly document: Document;
  readonly depth: number;
}

function readDocuments(file: string, text: string): readonly Document[] | undefined {
  try {
    if (file.endsWith(".json")) return text.trim() === "" ? [] : [{ value: parseJson(text, { file }), line: 1 }];
    return parseYamlDocuments(text, { file });
  } catch (cause: unknown) {
    if (!file.endsWith(".json") && !looksLikeManifest(text)) return undefined;
    const details = cause instanceof Error && "details" in cause ? (cause.details as object) : {};
    throw new ComparisonError(`manifest ${file} can't be read: ${messageOf(cause)}`, {
      details: { ...details, file },
      cause,
    });
  }
}

function looksLikeManifest(text: string): boolean {
  return text.includes("apiVersion:") && text.includes("kind:") && text.includes("metadata:");
}

function expand(value: Value, place: Place): KubeObject[] {
  if (value === null) return [];
  if (!isMap(value)) throw refused(place, "a document is no map");
  const items = own(value, "items");
  const kind = own(value, "kind");
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
    if (place.depth >= maxListDepth) throw refused(place, "lists are nested too deep");
    return (items as readonly Value[]).flatMap((item) => expand(item, { ...place, depth: place.depth + 1 }));
  }
  return [checked(value, place)];
}

function checked(value: ValueMap, place: Place): KubeObject {
  const field = (name: string, from: ValueMap = value) => own(from, name);
  const [apiVersion, kind, metadata] = [field("apiVersion"), field("kind"), field("metadata")];
  if (typeof apiVersion !== "string" || apiVersion === "") throw refused(place, "an object has no apiVersion");
  if (typeof kind !== "string" || kind === "") throw refused(place, "an object has no kind");
  if (!isMap(metadata)) throw refused(place, `a ${kind} has no metadata`);
  const name = field("name", metadata);
  if (typeof name !== "string" || name === "") {
    const why =
      field("generateName", metadata) === undefined ? "has no name" : "has generateName, which is not supported";
    throw refused(place, `a ${kind} ${why}`, "give it metadata.name");
  }
  const namespace = field("namespace", metadata);
  if (namespace !== undefined && namespace !== null && typeof namespace !== "string") {
    throw refused(place, `the namespace of ${kind} ${name} is no text`);
  }
  for (const map of ["labels", "annotations"]) {
    const entries = field(map, metadata);
    if (entries === undefined || entries === null) continue;
    const isStringMap = isMap(entries) && Object.values(entries).every((entry) => typeof entry === "string");
    if (!isStringMap)
      throw refused(place, `the ${map} of ${kind} ${name} are not all texts`, "put numbers and true between quotes");
  }
  return value as unknown as KubeObject;
}

function refused({ file, document }: Place, why: string, remedy?: string): ComparisonError {
  const { line } = document;
  const details = { file, line, ...(remedy === undefined ? {} : { remedy }) };
  return new ComparisonError(`manifest ${file}, line ${line}: ${why}`, { details });
}
