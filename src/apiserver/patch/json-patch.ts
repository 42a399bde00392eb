import jsonPatch, { type Operation } from "fast-json-patch";
import { isJsonList, isJsonMap, type Json, type JsonMap } from "../managed-fields/json.ts";

/** A JSON patch whose test failed, or which names a place that is not there. */
export class JsonPatchError extends Error {}

const maxOperations = 10_000;

export function isTooLongPatch(operations: readonly unknown[]): boolean {
  return operations.length > maxOperations;
}

/**
 * Applies RFC 6902 operations, each to the result of the one before. Stricter than the library where Kubernetes is: what
 * is removed, tested, moved or copied must be there, and so must the parent of what is added. Replacing a missing key of
 * a map adds it.
 */
export function applyJsonPatch(target: JsonMap, operations: readonly Operation[]): JsonMap {
  let document = structuredClone(target) as Json;
  for (const operation of operations) {
    checkOperation(document, operation);
    document = apply(document, operation);
  }
  return document as JsonMap;
}

function apply(document: Json, operation: Operation): Json {
  try {
    const isTest = operation.op === "test";
    return jsonPatch.applyOperation(document, operation, isTest, true, true).newDocument;
  } catch (error: unknown) {
    throw new JsonPatchError(`cannot ${operation.op} ${operation.path}`, { cause: error });
  }
}

const withSource = new Set(["move", "copy"]);
const known = new Set(["add", "remove", "replace", "move", "copy", "test"]);

function checkOperation(document: Json, operation: Operation): void {
  const { op, path } = operation;
  if (!known.has(op)) throw new JsonPatchError(`unexpected kind: ${op}`);
  if (withSource.has(op)) find(document, (operation as { readonly from?: string }).from);
  if (op === "remove") find(document, path);
  else findParent(document, path, op);
}

function pointer(path: string | undefined): string[] {
  if (typeof path !== "string" || (path !== "" && !path.startsWith("/")))
    throw new JsonPatchError("not a JSON pointer");
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function find(document: Json, path: string | undefined): void {
  let value: Json = document;
  for (const part of pointer(path)) value = child(value, part);
}

function child(value: Json, part: string): Json {
  if (isJsonList(value) && /^\d+$/.test(part) && Number(part) < value.length) return value[Number(part)]!;
  if (isJsonMap(value) && Object.hasOwn(value, part)) return value[part]!;
  throw new JsonPatchError(`no value at ${part}`);
}

function findParent(document: Json, path: string, op: string): void {
  const parts = pointer(path);
  const last = parts.pop();
  let value: Json = document;
  for (const part of parts) value = child(value, part);
  if (last === undefined || isJsonMap(value)) return;
  if (!isJsonList(value) || !isIndexFor(last, value.length, op)) throw new JsonPatchError(`no place at ${path}`);
}

function isIndexFor(part: string, length: number, op: string): boolean {
  const inserts = op === "add" || op === "move" || op === "copy";
  if (part === "-") return inserts;
  return /^\d+$/.test(part) && Number(part) < (inserts ? length + 1 : length);
}
