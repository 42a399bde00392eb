import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap, jsonEqual, setOwn } from "../managed-fields/json.ts";

/** A JSON patch whose test failed, or which names a place that is not there. */
export class JsonPatchError extends Error {}

const maxOperations = 10_000;
const maxDepth = 500;
/** Copies of copies double: together they may not become larger than a request. */
const maxCopied = 3 * 1024 * 1024;

export function isTooLongPatch(operations: readonly unknown[]): boolean {
  return operations.length > maxOperations;
}

/**
 * Applies RFC 6902 operations, each to the result of the one before, as Kubernetes does: a negative index counts from the
 * end, replacing a missing key of a map adds it, what is missing equals null, and so does a value left out.
 */
export function applyJsonPatch(target: JsonMap, operations: readonly Json[]): Json {
  const document = new Draft(target);
  for (const operation of operations) applyOperation(document, isJsonMap(operation) ? operation : {});
  return document.root;
}

type DraftMap = { [name: string]: Json };

function applyOperation(document: Draft, operation: JsonMap): void {
  const { op } = operation;
  const run = typeof op === "string" && Object.hasOwn(actions, op) ? actions[op] : undefined;
  if (run === undefined) throw new JsonPatchError(`unexpected kind: ${String(op)}`);
  run(document, operation);
}

const actions: { readonly [op: string]: (document: Draft, operation: JsonMap) => void } = {
  add: (document, operation) => add(document, textOf(operation, "path"), givenValue(operation)),
  remove: (document, operation) => void take(document, textOf(operation, "path")),
  replace,
  move: (document, operation) => {
    const value = take(document, textOf(operation, "from"));
    add(document, textOf(operation, "path"), value);
  },
  copy: (document, operation) => {
    const [from, key] = document.place(textOf(operation, "from"), false);
    const value = valueAt(from, key) ?? null;
    document.countCopy(value);
    add(document, textOf(operation, "path"), value);
  },
  test,
};

function textOf(operation: JsonMap, field: "path" | "from"): string {
  const text = operation[field];
  if (typeof text === "string") return text;
  throw new JsonPatchError(`an operation without ${field}`);
}

function givenValue(operation: JsonMap): Json {
  return getOwn(operation, "value") ?? null;
}

function replace(document: Draft, operation: JsonMap): void {
  const path = textOf(operation, "path");
  const value = givenValue(operation);
  if (path === "") {
    if (!isJsonMap(value) && !isJsonList(value)) throw new JsonPatchError("a document is an object or a list");
    document.replaceRoot(value);
    return;
  }
  const [container, key] = document.place(path, true);
  if (isJsonMap(container)) setOwn(container as DraftMap, key, value);
  else (container as Json[])[indexOf(key, container.length)] = value;
}

function test(document: Draft, operation: JsonMap): void {
  const path = textOf(operation, "path");
  const wanted = givenValue(operation);
  let actual: Json = document.root;
  if (path !== "") {
    const [container, key] = document.place(path, false);
    actual = valueAt(container, key) ?? null;
  }
  if (!jsonEqual(actual, wanted)) throw new JsonPatchError(`testing value ${path} failed`);
}

function add(document: Draft, path: string, value: Json): void {
  const [container, key] = document.place(path, true);
  if (isJsonMap(container)) {
    setOwn(container as DraftMap, key, value);
    return;
  }
  const list = container as Json[];
  if (key === "-") list.push(value);
  else list.splice(indexOf(key, list.length + 1), 0, value);
}

function take(document: Draft, path: string): Json {
  const [container, key] = document.place(path, true);
  if (isJsonMap(container)) {
    const value = getOwn(container, key);
    if (value === undefined) throw new JsonPatchError(`nothing at ${path}`);
    delete (container as DraftMap)[key];
    return value;
  }
  return (container as Json[]).splice(indexOf(key, container.length), 1)[0]!;
}

function valueAt(container: JsonMap | readonly Json[], key: string): Json | undefined {
  return isJsonMap(container) ? getOwn(container, key) : container[indexOf(key, container.length)];
}

function indexOf(key: string, length: number): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
  const position = index < 0 ? index + length : index;
  if (position >= 0 && position < length) return position;
  throw new JsonPatchError(`no index ${key} of ${length}`);
}

/** A document under change: what is changed is copied first, the rest stays shared with the original. */
class Draft {
  root: Json;
  readonly #own = new WeakSet<object>();
  #copied = 0;

  constructor(root: JsonMap) {
    this.root = root;
  }

  replaceRoot(root: Json): void {
    this.root = root;
  }

  /** A value that now stands in two places belongs to neither. */
  countCopy(value: Json): void {
    this.#copied += JSON.stringify(value).length;
    if (this.#copied > maxCopied) throw new JsonPatchError("the copies are too large");
    this.#disown(value);
  }

  #disown(value: Json): void {
    if (typeof value !== "object" || value === null) return;
    this.#own.delete(value);
    for (const child of Object.values(value)) this.#disown(child);
  }

  /** The map or list that a pointer leads into, and the last key. What comes before the first slash does not count. */
  place(path: string, isChange: boolean): [container: JsonMap | readonly Json[], key: string] {
    const parts = path.split("/").slice(1).map(decodeKey);
    const key = parts.pop();
    if (key === undefined) throw new JsonPatchError(`not a pointer: ${path}`);
    if (parts.length > maxDepth) throw new JsonPatchError("a pointer deeper than any object");
    let container = this.#enter(this.root, isChange, (copy) => this.replaceRoot(copy));
    for (const part of parts) {
      const parent = container;
      const at = isJsonMap(parent) ? part : indexOf(part, parent.length);
      const child = valueAt(parent, part);
      container = this.#enter(child, isChange, (copy) => setOwn(parent as DraftMap, at as string, copy));
    }
    return [container, key];
  }

  #enter(value: Json | undefined, isChange: boolean, put: (copy: Json) => void): JsonMap | readonly Json[] {
    if (!isJsonMap(value) && !isJsonList(value)) throw new JsonPatchError("nothing there to look into");
    if (!isChange || this.#own.has(value)) return value;
    const copy = isJsonList(value) ? [...value] : { ...value };
    this.#own.add(copy);
    put(copy);
    return copy;
  }
}

function decodeKey(part: string): string {
  return part.includes("~") ? part.replaceAll("~1", "/").replaceAll("~0", "~") : part;
}
