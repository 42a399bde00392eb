import type { KubeObject } from "../resources.ts";
import { labelValueProblems, qualifiedNameProblems } from "../validation/names.ts";

export type Labels = { readonly [key: string]: string };

type Operator = "in" | "notin" | "exists" | "!" | "gt" | "lt";

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** Tells whether labels fit; undefined selects everything. */
export type LabelSelector = (labels: Labels) => boolean;

/** A selector that cannot be read; the message is what Kubernetes answers. */
export class SelectorError extends Error {}

const symbols = ["notin", "in", "!=", "==", "=", ">", "<", "!", "(", ")", ","] as const;
type Token = { readonly kind: (typeof symbols)[number] | "identifier" | "end" | "error"; readonly text: string };

const special = "=!(),><";

/** Reads all forms of `?labelSelector=`: equality, sets, existence and comparison. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const requirements = new Parser(text).parse();
  if (requirements.length === 0) return undefined;
  return (labels) => requirements.every((requirement) => matches(requirement, labels));
}

function matches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === "exists") return value !== undefined;
  if (operator === "!") return value === undefined;
  if (operator === "notin") return value === undefined || !values.includes(value);
  if (value === undefined) return false;
  if (operator === "in") return values.includes(value);
  const [left, right] = [integer(value), integer(values[0]!)];
  if (left === undefined || right === undefined) return false;
  return operator === "gt" ? left > right : left < right;
}

function integer(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace("+", "")) : undefined;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  /** Words such as `in` are names where a value stands. */
  #peek(asOperator = false): Token {
    const token = this.#tokens[this.#position] ?? end;
    if (asOperator || (token.kind !== "in" && token.kind !== "notin")) return token;
    return { kind: "identifier", text: token.text };
  }

  #next(asOperator = false): Token {
    const token = this.#peek(asOperator);
    this.#position++;
    return token;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === "end") return requirements;
      if (token.kind !== "identifier" && token.kind !== "!") {
        throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      if (!this.#continues()) return requirements;
    }
  }

  #continues(): boolean {
    const token = this.#next();
    if (token.kind === "end") return false;
    if (token.kind !== ",") throw new SelectorError(`found '${token.text}', expected: ',' or 'end of string'`);
    const after = this.#peek();
    if (after.kind === "identifier" || after.kind === "!") return true;
    throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
  }

  #requirement(): Requirement {
    try {
      return this.#parseRequirement();
    } catch (error: unknown) {
      throw error instanceof SelectorError ? new SelectorError(`unable to parse requirement: ${error.message}`) : error;
    }
  }

  #parseRequirement(): Requirement {
    const isNegated = this.#peek().kind === "!";
    if (isNegated) this.#next();
    const key = this.#next();
    if (key.kind !== "identifier") throw new SelectorError(`found '${key.text}', expected: identifier`);
    checkKey(key.text);
    const after = this.#peek().kind;
    if (after === "end" || after === ",") return { key: key.text, operator: isNegated ? "!" : "exists", values: [] };
    if (isNegated) return { key: key.text, operator: "!", values: [] };
    return this.#comparison(key.text);
  }

  #comparison(key: string): Requirement {
    const token = this.#next(true);
    const operator = operators[token.kind];
    if (operator === undefined) {
      throw new SelectorError(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const values = token.kind === "in" || token.kind === "notin" ? this.#valueList() : [this.#exactValue()];
    if (operator === "gt" || operator === "lt") checkInteger(values[0]!);
    for (const [index, value] of values.entries()) checkValue(key, value, index);
    return { key, operator, values };
  }

  #exactValue(): string {
    const token = this.#peek();
    if (token.kind === "end" || token.kind === ",") return "";
    this.#next();
    if (token.kind === "identifier") return token.text;
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }

  #valueList(): string[] {
    const open = this.#next();
    if (open.kind !== "(") throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ")") {
      this.#next();
      return [""];
    }
    if (first.kind !== "identifier" && first.kind !== ",") {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    return this.#listItems();
  }

  #listItems(): string[] {
    const values = new Set<string>();
    let isValue = false;
    for (;;) {
      const token = this.#next();
      if (token.kind === "identifier" && !isValue) values.add(token.text);
      else if (token.kind === "," || token.kind === ")") {
        if (!isValue) values.add("");
        if (token.kind === ")") return [...values].sort();
      } else throw new SelectorError(`found '${token.text}', expected: ',' or ')'`);
      isValue = token.kind === "identifier";
    }
  }
}

const operators: { readonly [kind: string]: Operator } = {
  in: "in",
  notin: "notin",
  "=": "in",
  "==": "in",
  "!=": "notin",
  ">": "gt",
  "<": "lt",
};

const end: Token = { kind: "end", text: "" };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text.replace(/^[ \t\r\n]+/, "");
  while (rest !== "") {
    const token = special.includes(rest[0]!) ? symbolAt(rest) : wordAt(rest);
    tokens.push(token);
    rest = rest.slice(token.text.length).replace(/^[ \t\r\n]+/, "");
  }
  return tokens;
}

function symbolAt(text: string): Token {
  const symbol = symbols.find((candidate) => special.includes(candidate[0]!) && text.startsWith(candidate))!;
  return { kind: symbol, text: symbol };
}

function wordAt(text: string): Token {
  const word = /^[^=!(),>< \t\r\n]+/.exec(text)![0];
  return { kind: word === "in" || word === "notin" ? word : "identifier", text: word };
}

function checkKey(key: string): void {
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0)
    throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join("; ")}`);
}

function checkValue(key: string, value: string, index: number): void {
  const problems = labelValueProblems(value);
  if (problems.length === 0) return;
  throw new SelectorError(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join("; ")}`);
}

function checkInteger(value: string): void {
  if (integer(value) !== undefined) return;
  const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
  throw new SelectorError(`values[0]: Invalid value: ${JSON.stringify(value)}: ${detail}`);
}

export function labelsOf(object: KubeObject): Labels {
  return object.metadata?.labels ?? {};
}
