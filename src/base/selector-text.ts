import { InvalidError } from "./errors.ts";

/** One condition of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: "=" | "!=" | "in" | "notin" | "exists" | "!" | ">" | "<";
  readonly values: readonly string[];
}

const symbols = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"] as const;

/** Reads the syntax of `kubectl -l` into requirements, unchecked but for the syntax. Throws InvalidError. */
export function requirementsOf(text: string): Requirement[] {
  return new SelectorParser(text).parse();
}

class SelectorParser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#tokens.length === 0) return requirements;
    do requirements.push(this.#requirement());
    while (this.#take(","));
    if (this.#peek() !== undefined) throw this.#unexpected("',' or the end");
    return requirements;
  }

  #requirement(): Requirement {
    if (this.#take("!")) return { key: this.#identifier("a label key"), operator: "!", values: [] };
    const key = this.#identifier("a label key");
    const next = this.#peek();
    if (next === undefined || next === ",") return { key, operator: "exists", values: [] };
    this.#at++;
    if (next === "in" || next === "notin") return { key, operator: next, values: this.#list() };
    if (next === "=" || next === "==") return { key, operator: "=", values: [this.#value()] };
    if (next === "!=" || next === ">" || next === "<") return { key, operator: next, values: [this.#value()] };
    this.#at--;
    throw this.#unexpected("one of =, ==, !=, in, notin, > and <");
  }

  /** `(a,b)`; empty places count as the empty value. */
  #list(): string[] {
    if (!this.#take("(")) throw this.#unexpected("'('");
    const values = new Set<string>();
    do values.add(isIdentifier(this.#peek()) ? this.#identifier("a value") : "");
    while (this.#take(","));
    if (!this.#take(")")) throw this.#unexpected("',' or ')'");
    return [...values];
  }

  #value(): string {
    const next = this.#peek();
    return next === undefined || next === "," ? "" : this.#identifier("a value");
  }

  #identifier(wanted: string): string {
    const found = this.#peek();
    if (found === undefined || !isIdentifier(found)) throw this.#unexpected(wanted);
    this.#at++;
    return found;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #unexpected(wanted: string): InvalidError {
    const found = this.#peek();
    return new InvalidError(
      `cannot read the selector: found ${found === undefined ? "the end" : JSON.stringify(found)} where ${wanted} is needed`,
      { details: { remedy: "write it as env=prod,tier in (web,api),!legacy" } },
    );
  }
}

function isIdentifier(token: string | undefined): boolean {
  return token !== undefined && !symbols.some((symbol) => symbol === token);
}

function tokenize(text: string): string[] {
  return text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
}
