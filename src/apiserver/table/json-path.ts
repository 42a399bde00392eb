import { isFields } from "./fields.ts";

/** One step from a list of values to the next. */
type Step = (values: readonly unknown[]) => unknown[];

const maxResults = 1000;

/**
 * Reads a JSONPath as printer columns use it, in kubectl's dialect: `.spec.name`, `['key']`, `.items[0]`, `[-1]`, `[1:3]`,
 * `[*]`, `..name` and filters such as `[?(@.type=="Ready")]`. Undefined when the text is none.
 */
export function parseJsonPath(text: string): ((value: unknown) => readonly unknown[]) | undefined {
  const steps: Step[] = [];
  let rest = text.trim().replace(/^\$/, "");
  if (rest !== "" && !rest.startsWith(".") && !rest.startsWith("[")) rest = `.${rest}`;
  while (rest !== "") {
    const read = readStep(rest);
    if (read === undefined) return undefined;
    steps.push(read.step);
    rest = rest.slice(read.length);
  }
  return (value) => steps.reduce<readonly unknown[]>((values, step) => step(values).slice(0, maxResults), [value]);
}

interface ReadStep {
  readonly step: Step;
  readonly length: number;
}

function readStep(text: string): ReadStep | undefined {
  if (text === ".") return { step: (values) => [...values], length: 1 };
  const recursive = /^\.\.((?:\\.|[^.[\\])+)/.exec(text);
  if (recursive !== null) return { step: descend(unescaped(recursive[1] ?? "")), length: recursive[0].length };
  const field = /^\.((?:\\.|[^.[\]\\])+)/.exec(text);
  if (field !== null) {
    const name = unescaped(field[1] ?? "");
    return { step: field[1] === "*" ? everything : member(name), length: field[0].length };
  }
  return text.startsWith("[") ? readBracket(text) : undefined;
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, "$1");
}

function readBracket(text: string): ReadStep | undefined {
  const end = closing(text);
  if (end < 0) return undefined;
  const inner = text.slice(1, end).trim();
  const step = bracketStep(inner);
  return step === undefined ? undefined : { step, length: end + 1 };
}

/** The bracket that ends the first one; those in quotes do not count. */
function closing(text: string): number {
  let depth = 0;
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (quote !== "") {
      if (character === "\\") index++;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "[") depth++;
    else if (character === "]" && --depth === 0) return index;
  }
  return -1;
}

function bracketStep(inner: string): Step | undefined {
  if (inner === "*") return everything;
  const filter = /^\?\((.*)\)$/s.exec(inner);
  if (filter !== null) return filterStep((filter[1] ?? "").trim());
  const quoted = /^(['"])((?:\\.|(?!\1).)*)\1$/s.exec(inner);
  if (quoted !== null) return member(unescaped(quoted[2] ?? ""));
  const slice = /^(-?\d*)(?::(-?\d*))?$/.exec(inner);
  if (slice === null || inner === "") return undefined;
  const [, from = "", to] = slice;
  return to === undefined ? element(Number(from)) : range(from, to);
}

function member(name: string): Step {
  return (values) => values.flatMap((value) => (isFields(value) && Object.hasOwn(value, name) ? [value[name]] : []));
}

function everything(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => (Array.isArray(value) ? value : isFields(value) ? Object.values(value) : []));
}

function element(index: number): Step {
  return (values) =>
    values.flatMap((value) => {
      const item: unknown = Array.isArray(value) ? value.at(index) : undefined;
      return item === undefined ? [] : [item];
    });
}

function range(from: string, to: string): Step {
  const start = from === "" ? 0 : Number(from);
  const end = to === "" ? undefined : Number(to);
  return (values) => values.flatMap((value) => (Array.isArray(value) ? (value.slice(start, end) as unknown[]) : []));
}

function descend(name: string): Step {
  return (values) => {
    const found: unknown[] = [];
    const queue = [...values];
    for (let value = queue.shift(); value !== undefined && found.length < maxResults; value = queue.shift()) {
      if (isFields(value) && Object.hasOwn(value, name)) found.push(value[name]);
      if (typeof value === "object" && value !== null) queue.push(...Object.values(value));
    }
    return found;
  };
}

const comparisons: { readonly [operator: string]: (left: unknown, right: unknown) => boolean } = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => typeof left === typeof right && (left as number) < (right as number),
  "<=": (left, right) => typeof left === typeof right && (left as number) <= (right as number),
  ">": (left, right) => typeof left === typeof right && (left as number) > (right as number),
  ">=": (left, right) => typeof left === typeof right && (left as number) >= (right as number),
};

type Operand = (item: unknown) => readonly unknown[];

function operand(text: string): Operand | undefined {
  if (text.startsWith("@")) return parseJsonPath(text.slice(1) === "" ? "." : text.slice(1));
  const quoted = /^(['"])((?:\\.|(?!\1).)*)\1$/s.exec(text);
  if (quoted !== null) return () => [unescaped(quoted[2] ?? "")];
  if (text === "true" || text === "false") return () => [text === "true"];
  return text !== "" && !Number.isNaN(Number(text)) ? () => [Number(text)] : undefined;
}

function filterStep(condition: string): Step | undefined {
  const match = /^(@(?:[^=!<>"']|\['[^']*'\])*|"[^"]*"|'[^']*')\s*(?:(==|!=|<=|>=|<|>)\s*(.*))?$/s.exec(condition);
  if (match === null) return undefined;
  const left = operand((match[1] ?? "").trim());
  const right = match[2] === undefined ? undefined : operand((match[3] ?? "").trim());
  if (left === undefined || (match[2] !== undefined && right === undefined)) return undefined;
  const compare = comparisons[match[2] ?? ""];
  const holds = (item: unknown) => {
    const [value] = left(item);
    if (compare === undefined || right === undefined) return value !== undefined;
    const [other] = right(item);
    return value !== undefined && other !== undefined && compare(value, other);
  };
  return (values) => values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]).filter(holds) : []));
}
