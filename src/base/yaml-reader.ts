import type { EVENT_ID, Event, ScalarEvent } from "js-yaml";
import { formatFloat } from "./go-format.ts";
import type { Value } from "./values.ts";
import { resolvePlain, type Scalar } from "./yaml-scalars.ts";

/** js-yaml's event numbers, said again so that this file needs only its types. */
export const event: typeof EVENT_ID = { DOCUMENT: 1, SEQUENCE: 2, MAPPING: 3, SCALAR: 4, ALIAS: 5, POP: 6 };
const plainStyle = 1;

/** What is wrong with a document that parses, and where: an offset into its text. */
export class YamlContentError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The parts of a parsed document that the reader walks. */
export interface EventSource {
  readonly text: string;
  readonly events: readonly Event[];
  /** The decoded text of a scalar. */
  readonly scalarText: (scalar: ScalarEvent) => string;
}

type Container = { [key: string]: Value };

/**
 * Builds one JSON value from parser events by the rules of sigs.k8s.io/yaml: keys become text, the last of duplicate keys
 * wins, `<<` merges where it stands, aliases are copied (never shared) within go-yaml's budget for expansions.
 */
export class EventReader {
  readonly #source: EventSource;
  readonly #anchors = new Map<string, number>();
  readonly #targets = new Map<number, number>();
  readonly #open = new Set<number>();
  #at: number;
  #aliasDepth = 0;
  #decoded = 0;
  #expanded = 0;

  constructor(source: EventSource, start: number) {
    this.#source = source;
    this.#at = start;
  }

  /** Reads the node at the current event and moves past it. */
  read(): Value {
    const found = this.#next();
    this.#count(found);
    if (found.type === event.SCALAR) return this.#scalar(found).value;
    if (found.type === event.ALIAS) return this.#alias(found);
    if (found.type === event.SEQUENCE) return this.#sequence(found);
    if (found.type === event.MAPPING) return this.#mapping({}, found);
    throw new YamlContentError("unexpected end of the document", 0);
  }

  #next(): Event {
    const found = this.#source.events[this.#at++];
    if (found === undefined) throw new YamlContentError("unexpected end of the document", this.#source.text.length);
    return found;
  }

  #count(found: Event): void {
    this.#decoded++;
    if (this.#aliasDepth === 0) return;
    this.#expanded++;
    if (this.#expanded <= 100 || this.#decoded <= 1000) return;
    if (this.#expanded / this.#decoded > allowedAliasRatio(this.#decoded))
      throw new YamlContentError("the document expands too many aliases", offsetOf(found));
  }

  #scalar(found: ScalarEvent): Scalar {
    this.#anchor(found, this.#at - 1);
    const scalar = readScalar(this.#source, found);
    if (typeof scalar.value === "number" && !Number.isFinite(scalar.value))
      throw new YamlContentError("infinity and NaN are no JSON numbers", offsetOf(found));
    return scalar;
  }

  #sequence(found: Event): Value {
    const start = this.#at - 1;
    this.#anchor(found, start);
    this.#open.add(start);
    const items: Value[] = [];
    while (this.#source.events[this.#at]?.type !== event.POP) items.push(this.read());
    this.#at++;
    this.#open.delete(start);
    return items;
  }

  #mapping(into: Container, found: Event): Value {
    const start = this.#at - 1;
    this.#anchor(found, start);
    this.#open.add(start);
    while (this.#source.events[this.#at]?.type !== event.POP) {
      const key = this.#key();
      if (key === undefined) this.#merge(into);
      else setOwn(into, key, this.read());
    }
    this.#at++;
    this.#open.delete(start);
    return into;
  }

  /** The key as text; undefined for a merge key. */
  #key(): string | undefined {
    const found = this.#next();
    this.#count(found);
    let scalar: Scalar;
    if (found.type === event.SCALAR) {
      if (isMerge(this.#source, found)) return undefined;
      scalar = this.#scalar(found);
    } else if (found.type === event.ALIAS) {
      scalar = { kind: "str", value: this.#alias(found) };
    } else {
      throw new YamlContentError("a map or a list cannot be a key", offsetOf(found));
    }
    return keyText(scalar, offsetOf(found));
  }

  #alias(found: Event & { type: 5 }): Value {
    const at = this.#at - 1;
    const name = this.#source.text.slice(found.anchorStart, found.anchorEnd);
    const target = this.#targets.get(at) ?? this.#anchors.get(name);
    if (target === undefined) throw new YamlContentError(`unknown anchor '${name}' referenced`, offsetOf(found));
    if (this.#open.has(target)) throw new YamlContentError(`anchor '${name}' contains itself`, offsetOf(found));
    this.#targets.set(at, target);
    return this.#expand(target, () => this.read());
  }

  #expand<T>(target: number, read: () => T): T {
    const after = this.#at;
    this.#at = target;
    this.#aliasDepth++;
    const value = read();
    this.#aliasDepth--;
    this.#at = after;
    return value;
  }

  /** Merges a map, or a list of maps of which the first wins, into the map that is being read. */
  #merge(into: Container): void {
    const found = this.#next();
    this.#count(found);
    if (found.type === event.MAPPING) {
      this.#mapping(into, found);
      return;
    }
    const value = found.type === event.ALIAS ? this.#alias(found) : this.#mergeList(found);
    const sources: readonly Value[] =
      Array.isArray(value) && found.type === event.SEQUENCE ? value.toReversed() : [value];
    for (const source of sources) {
      if (typeof source !== "object" || source === null || Array.isArray(source))
        throw new YamlContentError("a map merge needs a map or a list of maps as its value", offsetOf(found));
      for (const [key, entry] of Object.entries(source)) setOwn(into, key, entry);
    }
  }

  #mergeList(found: Event): Value {
    if (found.type === event.SEQUENCE) return this.#sequence(found);
    throw new YamlContentError("a map merge needs a map or a list of maps as its value", offsetOf(found));
  }

  #anchor(found: Event, at: number): void {
    if (this.#aliasDepth > 0 || !("anchorStart" in found) || found.anchorStart < 0) return;
    this.#anchors.set(this.#source.text.slice(found.anchorStart, found.anchorEnd), at);
  }
}

/** Sets an own property even for `__proto__`. */
export function setOwn(map: { [key: string]: Value }, key: string, value: Value): void {
  if (key === "__proto__")
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** How much of a document may come from aliases: 99% of up to 400,000 nodes, falling to 10% at 4,000,000 (go-yaml v2). */
function allowedAliasRatio(decoded: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (decoded <= low) return 0.99;
  if (decoded >= high) return 0.1;
  return 0.99 - 0.89 * ((decoded - low) / (high - low));
}

function isMerge(source: EventSource, found: ScalarEvent): boolean {
  const tag = tagOf(source, found);
  if (found.style !== plainStyle && tag !== "!!merge") return false;
  return (tag === "" || tag === "!!merge") && source.scalarText(found) === "<<";
}

function keyText({ kind, value }: Scalar, offset: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return kind === "float" || !Number.isInteger(value) ? floatKey(value) : String(value);
  if (typeof value === "boolean" || (typeof value === "bigint" && value < 2n ** 63n)) return String(value);
  throw new YamlContentError("only text, numbers and booleans can be keys", offset);
}

/** Go writes a float key with the digits that a 32-bit float needs. */
function floatKey(value: number): string {
  const wanted = Math.fround(value);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(wanted.toPrecision(digits))) !== wanted) digits++;
  return formatFloat(Number(wanted.toPrecision(digits)), "g");
}

function readScalar(source: EventSource, found: ScalarEvent): Scalar {
  const text = source.scalarText(found);
  if (found.tagStart >= 0) return tagged(tagOf(source, found), text, offsetOf(found));
  return found.style === plainStyle ? resolvePlain(text) : { kind: "str", value: text };
}

function tagOf(source: EventSource, found: ScalarEvent): string {
  if (found.tagStart < 0) return "";
  const written = source.text.slice(found.tagStart, found.tagEnd);
  const uri = written.startsWith("!<") ? written.slice(2, -1) : written;
  return uri.startsWith("tag:yaml.org,2002:") ? `!!${uri.slice("tag:yaml.org,2002:".length)}` : uri;
}

function tagged(tag: string, text: string, offset: number): Scalar {
  if (tag === "!!binary") return { kind: "str", value: decodeBinary(text, offset) };
  const wanted = { "!!null": "null", "!!bool": "bool", "!!int": "int", "!!float": "float", "!!timestamp": "timestamp" }[
    tag
  ];
  if (wanted === undefined) return { kind: "str", value: text };
  const found = resolvePlain(text);
  if (found.kind === wanted) return found;
  if (wanted === "float" && found.kind === "int") return { kind: "float", value: Number(found.value) };
  throw new YamlContentError(`cannot read '${text.slice(0, 40)}' as ${tag}`, offset);
}

function decodeBinary(text: string, offset: number): string {
  const packed = text.replace(/[\r\n]/g, "");
  const padded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed);
  if (!padded) throw new YamlContentError("!!binary value is not base64", offset);
  return Buffer.from(packed, "base64").toString("utf8");
}

/** Where an event stands in the text, as near as its offsets tell. */
export function offsetOf(found: Event): number {
  if (found.type === event.SCALAR) {
    const quoted = found.style === 2 || found.style === 3 ? 1 : 0;
    return Math.max(0, firstKnown(found.tagStart, found.anchorStart - 1, found.valueStart - quoted));
  }
  if (found.type === event.ALIAS) return Math.max(0, found.anchorStart - 1);
  return "start" in found ? found.start : 0;
}

function firstKnown(...offsets: readonly number[]): number {
  return offsets.find((offset) => offset >= 0) ?? 0;
}
