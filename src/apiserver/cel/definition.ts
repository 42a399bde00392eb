import type { Schema } from "../resources.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "../validation/field-error.ts";
import { multiply, unbounded } from "./estimates.ts";
import { resolveFieldPath } from "./field-path.ts";
import { CompileError } from "./problems.ts";
import { type Compiled, compileRule, type ValidationRule } from "./rule.ts";
import { declare } from "./schema-types.ts";
import { rulesKeyword, rulesOf } from "./validator.ts";

/** What one rule, and all rules of a definition, may be estimated to cost. */
const mostPerRule = 10_000_000;
const mostPerDefinition = 100_000_000;

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

export interface DefinitionOptions {
  /** A schema that is not structural is not compiled against. */
  readonly isStructural: boolean;
  /** A schema that was accepted before may cost what it costs. */
  readonly isUnchanged: boolean;
}

/** What is wrong with the rules of a definition's schema: their parts, their types and what they may cost. */
export function definitionErrors(schema: Schema, field: string, options: DefinitionOptions): FieldError[] {
  const check = new DefinitionCheck(options);
  const { form, rules } = check.visit({ schema, field, isRoot: true, runs: 1, uncorrelated: undefined });
  return [...form, ...rules, ...check.totalErrors(field)];
}

interface Place {
  readonly schema: Schema;
  readonly field: string;
  readonly isRoot: boolean;
  /** How many values there can be for the schema in one object; undefined where nothing bounds it. */
  readonly runs: number | undefined;
  /** The list around this schema whose items cannot be told from before. */
  readonly uncorrelated: string | undefined;
}

/** Errors in the form of rules keep the rules around them from being compiled. */
interface Found {
  readonly form: FieldError[];
  readonly rules: FieldError[];
}

class DefinitionCheck {
  readonly #options: DefinitionOptions;
  #total = 0;
  #expensive: { readonly field: string; readonly cost: number }[] = [];

  constructor(options: DefinitionOptions) {
    this.#options = options;
  }

  visit(place: Place): Found {
    const found: Found = { form: [], rules: [] };
    for (const child of childrenOf(place)) {
      const { form, rules } = this.visit(child);
      found.form.push(...form);
      found.rules.push(...rules);
    }
    const rules = rulesOf(place.schema);
    if (rules.length === 0) return found;
    for (const [index, rule] of rules.entries()) found.form.push(...formErrors(rule, place.schema, at(place, index)));
    if (found.form.length === 0 && this.#options.isStructural) found.rules.push(...this.#compileErrors(place, rules));
    return found;
  }

  #compileErrors(place: Place, rules: readonly ValidationRule[]): FieldError[] {
    const declared = declare(place.schema, place.isRoot || place.schema["x-kubernetes-embedded-resource"] === true);
    if (declared === undefined) return [internal(`${place.field}.${rulesKeyword}`, noDeclaration)];
    return rules.flatMap((rule, index) => {
      const field = at(place, index);
      const compiled = compileRule(rule, declared);
      const errors = [...this.#problem(rule, compiled.rule, `${field}.rule`)];
      if (compiled.rule !== undefined && !(compiled.rule instanceof CompileError)) {
        const cost = multiply(compiled.rule.cost, place.runs ?? compiled.mostRuns);
        errors.push(...this.#costErrors("rule", cost, `${field}.rule`));
      }
      errors.push(...this.#problem(rule, compiled.message, `${field}.messageExpression`));
      if (compiled.message !== undefined && !(compiled.message instanceof CompileError)) {
        errors.push(...this.#costErrors("messageExpression", compiled.message.cost, `${field}.messageExpression`));
      }
      return [...errors, ...oldSelfErrors(rule, compiled.rule, place, field)];
    });
  }

  #problem(rule: ValidationRule, part: Compiled | CompileError | undefined, field: string): FieldError[] {
    if (!(part instanceof CompileError)) return [];
    return [{ type: "FieldValueInvalid", field, body: `Invalid value: ${shown(rule)}: ${part.message}` }];
  }

  #costErrors(what: string, cost: number, field: string): FieldError[] {
    this.#total = Math.min(this.#total + cost, unbounded);
    if (cost >= mostPerDefinition / 100) {
      this.#expensive = [...this.#expensive, { field, cost }].sort((left, right) => right.cost - left.cost).slice(0, 4);
    }
    if (this.#options.isUnchanged || cost <= mostPerRule) return [];
    return [forbiddenField(field, tooCostly(`estimated ${what} cost`, cost, mostPerRule))];
  }

  totalErrors(field: string): FieldError[] {
    if (this.#total <= mostPerDefinition) return [];
    const whole = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    const part = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
    return [
      ...this.#expensive.map((one) => forbiddenField(one.field, part)),
      forbiddenField(field, tooCostly(whole, this.#total, mostPerDefinition)),
    ];
  }
}

function at({ field }: Place, index: number): string {
  return `${field}.${rulesKeyword}[${index}]`;
}

const noDeclaration =
  "internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";

function internal(field: string, detail: string): FieldError {
  return { type: "InternalError", field, body: `Internal error: ${detail}` };
}

function childrenOf({ schema, field, runs, uncorrelated }: Place): Place[] {
  const most = mostElements(schema);
  const inner = runs === undefined || most === undefined ? undefined : multiply(runs, most);
  const child = (one: Schema, name: string, around = uncorrelated): Place => {
    return { schema: one, field: `${field}.${name}`, isRoot: false, runs: inner, uncorrelated: around };
  };
  const { additionalProperties, items, properties = {} } = schema;
  const isKeyed = schema["x-kubernetes-list-type"] === "map";
  return [
    ...(typeof additionalProperties === "object" ? [child(additionalProperties, "additionalProperties")] : []),
    ...Object.entries(properties).map(([name, one]) => child(one, `properties[${name}]`)),
    ...(items === undefined ? [] : [child(items, "items", isKeyed ? uncorrelated : (uncorrelated ?? field))]),
  ];
}

/** How many values of the schemas below there can be for one of this; undefined for any number. */
function mostElements(schema: Schema): number | undefined {
  const bound = (value: unknown): number | undefined => (typeof value === "number" ? Math.max(0, value) : undefined);
  if (schema.type === "array") return bound(schema.maxItems);
  return schema.type === "object" && schema.additionalProperties !== undefined ? bound(schema.maxProperties) : 1;
}

function formErrors(rule: ValidationRule, schema: Schema, field: string): FieldError[] {
  return [...textErrors(rule, field), ...reasonErrors(rule, field), ...pathErrors(rule, schema, field)];
}

const lineEnd = /[\n\r]/;

function textErrors({ rule = "", message = "", messageExpression = "" }: ValidationRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const [ownRule, ownMessage] = [rule.trim(), message.trim()];
  if (ownRule === "") errors.push(required(`${field}.rule`, "rule is not specified"));
  else if (message !== "" && ownMessage === "") {
    errors.push(invalid(`${field}.message`, message, "must be non-empty if specified"));
  } else if (lineEnd.test(ownMessage)) {
    errors.push(invalid(`${field}.message`, message, "must not contain line breaks"));
  } else if (lineEnd.test(ownRule) && ownMessage === "") {
    errors.push(required(`${field}.message`, "message must be specified if rule contains line breaks"));
  }
  if (messageExpression !== "" && messageExpression.trim() === "") {
    const why = "messageExpression must be non-empty if specified";
    errors.push(required(`${field}.messageExpression`, why));
  }
  return errors;
}

function reasonErrors({ reason }: ValidationRule, field: string): FieldError[] {
  return reason === undefined || reasons.includes(reason) ? [] : [notSupported(`${field}.reason`, reason, reasons)];
}

function pathErrors({ fieldPath = "" }: ValidationRule, schema: Schema, field: string): FieldError[] {
  if (fieldPath === "") return [];
  const problems = [
    ...(fieldPath.trim() === "" ? ["must be non-empty if specified"] : []),
    ...(lineEnd.test(fieldPath) ? ["must not contain line breaks"] : []),
    ...(resolveFieldPath(fieldPath, schema) === undefined ? ["must be a valid path"] : []),
  ];
  return problems.map((problem) => invalid(`${field}.fieldPath`, fieldPath, problem));
}

function oldSelfErrors(
  { rule, optionalOldSelf }: ValidationRule,
  compiled: Compiled | CompileError | undefined,
  { uncorrelated }: Place,
  field: string,
): FieldError[] {
  const usesOldSelf = compiled !== undefined && !(compiled instanceof CompileError) && compiled.usesOldSelf;
  if (!usesOldSelf) {
    const why = "may not be set if oldSelf is not used in rule";
    return optionalOldSelf === undefined ? [] : [invalid(`${field}.optionalOldSelf`, optionalOldSelf, why)];
  }
  if (uncorrelated === undefined) return [];
  const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
  return [invalid(`${field}.rule`, rule, why)];
}

/** A rule as messages show it: Go's internal form. */
function shown(rule: ValidationRule): string {
  const text = JSON.stringify({
    Rule: rule.rule ?? "",
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  });
  return text.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function tooCostly(what: string, cost: number, most: number): string {
  const advice =
    "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
  return `${what} exceeds budget by factor of ${factorOf(cost / most)} ${advice}`;
}

function factorOf(factor: number): string {
  if (factor > 100) return "more than 100x";
  return factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
}
