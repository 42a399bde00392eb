import type { Event } from "js-yaml";
import { type EventSource, event, offsetOf } from "./yaml-reader.ts";

/**
 * The offset at which a field's key (or list item) stands, found by walking the parser's events. Of a path whose end is
 * missing it is the nearest parent's. Keys with dots are found with and without brackets around them.
 */
export function locateField(source: EventSource, path: string): number {
  const start = source.events.findIndex((found) => found.type !== event.DOCUMENT);
  const root = source.events[start];
  if (root === undefined || root.type === event.POP) return 0;
  return new Locator(source).find(start, path, offsetOf(root));
}

class Locator {
  readonly #source: EventSource;

  constructor(source: EventSource) {
    this.#source = source;
  }

  find(at: number, path: string, offset: number): number {
    const node = this.#source.events[at];
    if (path === "" || node === undefined) return offset;
    if (node.type === event.ALIAS) return this.#alias(node, path, offset);
    if (node.type === event.SEQUENCE) return this.#inSequence(at, path, offset);
    return node.type === event.MAPPING ? this.#inMapping(at, path, offset) : offset;
  }

  #alias(node: Event & { type: 5 }, path: string, offset: number): number {
    const name = this.#source.text.slice(node.anchorStart, node.anchorEnd);
    const target = this.#source.events.findIndex((found) => this.#anchorOf(found) === name);
    return target < 0 ? offset : this.find(target, path, offset);
  }

  #anchorOf(found: Event): string | undefined {
    if (found.type === event.ALIAS || !("anchorStart" in found) || found.anchorStart < 0) return undefined;
    return this.#source.text.slice(found.anchorStart, found.anchorEnd);
  }

  #inSequence(at: number, path: string, offset: number): number {
    const step = /^\[(\d+)\]\.?/.exec(path);
    if (step === null) return offset;
    let index = Number(step[1]);
    let item = at + 1;
    while (index > 0 && !this.#ends(item)) {
      item = this.#after(item);
      index--;
    }
    const found = this.#source.events[item];
    if (found === undefined || this.#ends(item)) return offset;
    return this.find(item, path.slice(step[0].length), offsetOf(found));
  }

  /** Of duplicate keys the last counts, as it does for the value. */
  #inMapping(at: number, path: string, offset: number): number {
    let best: { readonly key: number; readonly used: number } | undefined;
    let key = at + 1;
    while (!this.#ends(key)) {
      const used = this.#matches(key, path);
      if (used > 0 && used >= (best?.used ?? 0)) best = { key, used };
      key = this.#after(this.#after(key));
    }
    const found = best === undefined ? undefined : this.#source.events[best.key];
    if (best === undefined || found === undefined) return offset;
    return this.find(this.#after(best.key), path.slice(best.used), offsetOf(found));
  }

  /** How many characters of the path the key takes, 0 when it is another key. */
  #matches(at: number, path: string): number {
    const found = this.#source.events[at];
    if (found?.type !== event.SCALAR) return 0;
    const key = this.#source.scalarText(found);
    if (path.startsWith(`[${key}]`)) return path[key.length + 2] === "." ? key.length + 3 : key.length + 2;
    if (!path.startsWith(key)) return 0;
    const next = path[key.length];
    if (next === undefined || next === "[") return key.length;
    return next === "." ? key.length + 1 : 0;
  }

  #ends(at: number): boolean {
    const found = this.#source.events[at];
    return found === undefined || found.type === event.POP;
  }

  /** The event after the node that begins here. */
  #after(at: number): number {
    let depth = 0;
    let next = at;
    do {
      const type = this.#source.events[next]?.type;
      if (type === event.SEQUENCE || type === event.MAPPING) depth++;
      else if (type === event.POP) depth--;
      next++;
    } while (depth > 0 && next < this.#source.events.length);
    return next;
  }
}
