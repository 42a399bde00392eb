import { type Event, parseEvents, YAMLException } from "js-yaml";
import { flowIndentation, type Insertion } from "./yaml-flow-indent.ts";

/** A text that the parser takes, its events, and where in the written text an offset of it stands. */
export interface ParsedText {
  readonly text: string;
  readonly events: readonly Event[];
  readonly origin: (offset: number) => number;
}

/** A text is no YAML; `offset` is in the text as it was written. */
export class YamlSyntaxError extends Error {
  readonly offset: number;

  constructor(cause: YAMLException, offset: number) {
    super(cause.reason, { cause });
    this.offset = offset;
  }
}

const maxDepth = 500;
const maxRepairs = 50;

/** Parses a text, rewriting first what the reader of Kubernetes takes and YAML 1.2 does not. Throws YamlSyntaxError. */
export function parseLeniently(written: string): ParsedText {
  const repaired = new RepairedText(written);
  for (let times = 0; ; times++) {
    try {
      return { text: repaired.text, events: parseEvents(repaired.text, { maxDepth }), origin: repaired.origin };
    } catch (error: unknown) {
      if (!(error instanceof YAMLException)) throw error;
      if (times < maxRepairs && repaired.repair(error)) continue;
      throw new YamlSyntaxError(error, repaired.origin(error.mark?.position ?? 0));
    }
  }
}

class RepairedText {
  text: string;
  readonly #insertions: Insertion[] = [];
  #isIndented = false;

  constructor(written: string) {
    this.text = written;
  }

  /** Whether something could be done about what the parser does not take. */
  repair(error: YAMLException): boolean {
    if (error.reason === "deficient indentation") return this.#indent();
    return error.reason === "unknown escape sequence" && this.#unescape(error.mark?.position ?? 0);
  }

  /** `"it\'s"` is no escape of YAML's, but the reader of Kubernetes takes it. */
  #unescape(at: number): boolean {
    if (this.text[at] !== "'") return false;
    this.text = `${this.text.slice(0, at - 1)}\\x27${this.text.slice(at + 1)}`;
    this.#insertions.push({ at, count: 2 });
    return true;
  }

  #indent(): boolean {
    if (this.#isIndented) return false;
    this.#isIndented = true;
    const insertions = flowIndentation(this.text);
    const parts: string[] = [];
    let from = 0;
    let added = 0;
    for (const { at, count } of insertions) {
      parts.push(this.text.slice(from, at), " ".repeat(count));
      this.#insertions.push({ at: at + added, count });
      from = at;
      added += count;
    }
    this.text = `${parts.join("")}${this.text.slice(from)}`;
    return insertions.length > 0;
  }

  /** Takes the insertions back, the last first. */
  readonly origin = (offset: number): number => {
    let place = offset;
    for (const { at, count } of this.#insertions.toReversed()) {
      if (place > at) place = Math.max(at, place - count);
    }
    return place;
  };
}
