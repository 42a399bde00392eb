import { InvalidError, UsageError } from "./errors.ts";
import { labelValueProblem, qualifiedNameProblem } from "./names.ts";
import { type Requirement, requirementsOf } from "./selector-text.ts";

/** Labels of an object, or any flat map of text. */
export type Labels = { readonly [key: string]: string };

/** A label selector as manifests write it (`metav1.LabelSelector`). */
export interface LabelSelectorSpec {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
}

/** A checked selector. All requirements must hold; none means everything matches. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  matches(labels: Labels): boolean;
  /** The first requirement that the labels do not meet, in words: `env in (prod) but env=dev`. Undefined when they match. */
  mismatch(labels: Labels): string | undefined;
}

export interface SelectorOptions {
  /**
   * Takes any text as a value and not only what can be the value of a label. So do the selectors beside a generator,
   * which match parameters such as URLs.
   */
  readonly anyValue?: boolean;
}

const operators: { readonly [operator: string]: Requirement["operator"] } = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/** Checks a selector written as `matchLabels` and `matchExpressions`. Throws InvalidError naming the field and the remedy. */
export function parseLabelSelector(spec: LabelSelectorSpec, options: SelectorOptions = {}): Selector {
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(spec.matchLabels ?? {})) {
    checkKey(key, `matchLabels[${key}]`);
    checkValue(value, `matchLabels[${key}]`, options);
    requirements.push({ key, operator: "=", values: [value] });
  }
  for (const [index, expression] of (spec.matchExpressions ?? []).entries()) {
    const { key, values = [] } = expression;
    const at = `matchExpressions[${index}]`;
    const operator = Object.hasOwn(operators, expression.operator) ? operators[expression.operator] : undefined;
    if (operator === undefined) throw unknownOperator(expression.operator, `${at}.operator`);
    checkKey(key, `${at}.key`);
    checkRequirement({ key, operator, values }, `${at}.values`, options);
    requirements.push({ key, operator, values });
  }
  return new CheckedSelector(requirements);
}

/** Reads a selector as `kubectl -l` takes it: `a=b,c!=d,e in (f,g),h,!i,j>1`. Throws InvalidError. */
export function parseSelectorText(text: string, options: SelectorOptions = {}): Selector {
  const requirements = requirementsOf(text);
  for (const requirement of requirements) {
    checkKey(requirement.key, "the selector");
    checkRequirement(requirement, "the selector", options);
  }
  return new CheckedSelector(requirements);
}

/** Checks labels given on the command line; `flag` names where. Throws UsageError. */
export function checkLabels(labels: Labels, flag: string): void {
  for (const [key, value] of Object.entries(labels)) {
    const wrongKey = qualifiedNameProblem(key);
    if (wrongKey !== undefined)
      throw new UsageError(`${flag} ${key}=${value}: the key ${JSON.stringify(key)} ${wrongKey}`);
    const wrongValue = labelValueProblem(value);
    if (wrongValue !== undefined)
      throw new UsageError(`${flag} ${key}=${value}: the value ${JSON.stringify(value)} ${wrongValue}`);
  }
}

class CheckedSelector implements Selector {
  readonly requirements: readonly Requirement[];

  constructor(requirements: readonly Requirement[]) {
    this.requirements = requirements;
  }

  matches(labels: Labels): boolean {
    return this.requirements.every((requirement) => meets(requirement, labels));
  }

  mismatch(labels: Labels): string | undefined {
    const missed = this.requirements.find((requirement) => !meets(requirement, labels));
    if (missed === undefined) return undefined;
    const found = Object.hasOwn(labels, missed.key)
      ? `${missed.key}=${labels[missed.key]}`
      : `${missed.key} is not set`;
    return `${formatRequirement(missed)} but ${found}`;
  }
}

function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case ">":
    case "<":
      return value !== undefined && compares(value, operator, values[0] ?? "");
    default:
      return value !== undefined && values.includes(value);
  }
}

function compares(value: string, operator: ">" | "<", limit: string): boolean {
  if (!isInt64(value)) return false;
  return operator === ">" ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
}

/** A requirement as `kubectl -l` would take it. */
export function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === "exists") return key;
  if (operator === "!") return `!${key}`;
  if (operator === "in" || operator === "notin") return `${key} ${operator} (${values.join(",")})`;
  return `${key}${operator}${values.join("")}`;
}

function checkRequirement({ operator, values }: Requirement, at: string, options: SelectorOptions): void {
  const takesNone = operator === "exists" || operator === "!";
  if (takesNone && values.length > 0)
    throw invalid(at, "must be empty for Exists and DoesNotExist", "leave values out");
  if (!takesNone && values.length === 0)
    throw invalid(at, "must not be empty for In and NotIn", "list at least one value");
  for (const value of values) {
    checkValue(value, at, options);
    if ((operator === ">" || operator === "<") && !isInt64(value))
      throw invalid(at, `compares with ${JSON.stringify(value)}, which is no integer`, "compare with an integer");
  }
}

function isInt64(text: string): boolean {
  return /^-?[0-9]{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function checkKey(key: string, at: string): void {
  const problem = qualifiedNameProblem(key);
  if (problem !== undefined)
    throw invalid(at, `key ${JSON.stringify(key)}: ${problem}`, "use a label key, such as example.com/name");
}

function checkValue(value: string, at: string, { anyValue }: SelectorOptions): void {
  const problem = anyValue === true ? undefined : labelValueProblem(value);
  if (problem !== undefined)
    throw invalid(at, `value ${JSON.stringify(value)}: ${problem}`, "use a value that a label can have");
}

function unknownOperator(operator: string, at: string): InvalidError {
  return invalid(at, `${JSON.stringify(operator)} is no selector operator`, "use In, NotIn, Exists or DoesNotExist");
}

function invalid(at: string, problem: string, remedy: string): InvalidError {
  return new InvalidError(`${at}: ${problem}`, { details: { field: at, remedy } });
}
