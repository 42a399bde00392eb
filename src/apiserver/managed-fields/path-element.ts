import { isJsonMap, type Json, type JsonMap } from "./json.ts";

/**
 * Path elements as text, the keys of a `FieldSet`: a field `f:name`, an item of a keyed list `k:{"name":"a"}` with its
 * keys in order of name, an item of a set `v:"a"`, an index `i:0`.
 */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

export function valueElement(value: Json): string {
  return `v:${goJson(value)}`;
}

/** JSON as Go's encoder writes it: characters that matter in HTML are escaped. */
function goJson(value: Json): string {
  const text = JSON.stringify(value);
  return /[<>&\u2028\u2029]/.test(text) ? text.replace(/[<>&\u2028\u2029]/g, escapeCharacter) : text;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function keyElement(fields: readonly (readonly [name: string, value: Json])[]): string {
  const sorted = fields.length < 2 ? fields : [...fields].sort(([left], [right]) => (left < right ? -1 : 1));
  return `k:{${sorted.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(",")}}`;
}

/** The field name of an element, or undefined when it names a list item. */
export function fieldNameOf(element: string): string | undefined {
  return element.startsWith("f:") ? element.slice(2) : undefined;
}

/** The element in the one spelling we compare by; undefined for a kind that this version does not know. */
export function normalizeElement(element: string): string | undefined {
  if (element.startsWith("f:")) return element;
  if (/^i:-?\d+$/.test(element)) return element;
  if (element.startsWith("v:")) return valueElement(JSON.parse(element.slice(2)) as Json);
  if (!element.startsWith("k:")) return undefined;
  const keys: unknown = JSON.parse(element.slice(2));
  return isJsonMap(keys) ? keyElement(Object.entries(keys)) : undefined;
}

/** A path as messages name it: `.spec.containers[name="a"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join("");
}

export function elementText(element: string): string {
  const text = element.slice(2);
  if (element.startsWith("f:")) return `.${text}`;
  if (element.startsWith("i:")) return `[${text}]`;
  if (element.startsWith("v:")) return `[=${valueText(JSON.parse(text) as Json)}]`;
  const keys = Object.entries(JSON.parse(text) as JsonMap);
  return `[${keys.map(([name, value]) => `${name}=${valueText(value)}`).join(",")}]`;
}

function valueText(value: Json): string {
  return JSON.stringify(value);
}

const kindOrder = ["f:", "k:", "v:", "i:"];

/** Kubernetes' order: fields by name, then keyed items by their keys, then values, then indexes. */
export function compareElements(left: string, right: string): number {
  const kind = left.slice(0, 2);
  if (kind !== right.slice(0, 2)) return kindOrder.indexOf(kind) - kindOrder.indexOf(right.slice(0, 2));
  if (kind === "f:") return left < right ? -1 : Number(left > right);
  if (kind === "k:") return compareKeys(JSON.parse(left.slice(2)) as JsonMap, JSON.parse(right.slice(2)) as JsonMap);
  return compareValues(JSON.parse(left.slice(2)) as Json, JSON.parse(right.slice(2)) as Json);
}

function compareKeys(left: JsonMap, right: JsonMap): number {
  const [ours, theirs] = [Object.entries(left), Object.entries(right)];
  for (const [index, [name, value]] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    const order = compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return ours.length - theirs.length;
}

const typeOrder = ["number", "string", "boolean"];

function compareValues(left: Json, right: Json): number {
  if (typeof left !== typeof right) return typeOrder.indexOf(typeof left) - typeOrder.indexOf(typeof right);
  if (left === right) return 0;
  return left! < right! ? -1 : 1;
}
