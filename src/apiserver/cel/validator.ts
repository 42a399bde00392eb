import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap, jsonEqual } from "../managed-fields/json.ts";
import type { Schema } from "../resources.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";
import { goQuoted } from "../validation/go-quote.ts";
import { CostExceeded, startWork } from "./budget.ts";
import { escapeName } from "./escape.ts";
import { resolveFieldPath } from "./field-path.ts";
import type { Given } from "./frame.ts";
import { messageOf, ruleFailure, ruleText } from "./messages.ts";
import { CompileError } from "./problems.ts";
import { type CompiledRule, compileRule, type ValidationRule } from "./rule.ts";
import { type Declared, declare, withObjectMeta } from "./schema-types.ts";
import { jsonValue } from "./schema-values.ts";
import { EvaluationError, none, Optional, type Value } from "./values.ts";

/** What all the rules of one object may cost together. */
const budgetOfObject = 10_000_000;

export const rulesKeyword = "x-kubernetes-validations";

/** The rules of a schema and of all below it, ready to run. */
interface Node {
  readonly schema: Schema;
  readonly rules: readonly Ready[];
  readonly items: Node | undefined;
  readonly entries: Node | undefined;
  readonly properties: ReadonlyMap<string, Node>;
}

interface Ready {
  readonly rule: ValidationRule;
  readonly compiled: CompiledRule;
  /** Where the error is shown, below the value. */
  readonly path: string;
}

export function rulesOf(schema: Schema): readonly ValidationRule[] {
  const rules = schema[rulesKeyword];
  return Array.isArray(rules) ? (rules as readonly ValidationRule[]) : [];
}

const validators = new WeakMap<Schema, Node | "none">();

/** The rules of a kind, compiled once; undefined where its schema has none. */
function validatorOf(schema: Schema): Node | undefined {
  let node = validators.get(schema);
  if (node === undefined) {
    node = makeNode(schema, findRules(schema) ? declare(schema, true) : undefined, true) ?? "none";
    validators.set(schema, node);
  }
  return node === "none" ? undefined : node;
}

/** Whether a kind has rules; known once it was asked. */
export function hasRules(schema: Schema): boolean {
  return validatorOf(schema) !== undefined;
}

function findRules(schema: Schema): boolean {
  if (rulesOf(schema).length > 0) return true;
  const { items, additionalProperties, properties = {} } = schema;
  const nested = [items, additionalProperties, ...Object.values(properties)];
  return nested.some((one) => typeof one === "object" && findRules(one));
}

function isEmbedded(schema: Schema): boolean {
  return schema["x-kubernetes-embedded-resource"] === true;
}

function makeNode(schema: Schema, declared: Declared | undefined, isResource = isEmbedded(schema)): Node | undefined {
  if (declared === undefined) return undefined;
  const own = isResource ? withObjectMeta(schema) : schema;
  const rules = rulesOf(schema).map((rule) => ({
    rule,
    compiled: compileRule(rule, declared),
    path: rule.fieldPath === undefined ? "" : (resolveFieldPath(rule.fieldPath, schema) ?? ""),
  }));
  const { items: item, additionalProperties: entry } = schema;
  const items = item === undefined ? undefined : makeNode(item, declared.item);
  const entries = typeof entry === "object" ? makeNode(entry, declared.item) : undefined;
  const properties = new Map<string, Node>();
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const node = findRules(property) ? makeNode(property, declaredField(declared, name, property)) : undefined;
    if (node !== undefined) properties.set(name, node);
  }
  if (rules.length === 0 && items === undefined && entries === undefined && properties.size === 0) return undefined;
  return { schema: own, rules, items, entries, properties };
}

function declaredField(declared: Declared, name: string, property: Schema): Declared | undefined {
  const escaped = escapeName(name);
  return escaped === undefined ? declare(property) : declared.fields?.get(escaped);
}

/** Warnings take the place of errors about values that were wrong before and have not changed. */
type Warn = (text: string) => void;

/** What the rules of a schema find wrong with an object; `previous` is the stored one on an update. */
export function ruleErrors(object: Json, schema: Schema, previous: Json | undefined, warn: Warn): FieldError[] {
  const node = validatorOf(schema);
  if (node === undefined) return [];
  const run = new RuleRun(warn);
  run.validate({ node, value: object, previous, path: "", unchanged: { value: object, previous } });
  return run.errors;
}

/** As `ruleErrors`, for a value by itself: what a schema gives as a default. */
export function valueErrors(value: Json, schema: Schema): FieldError[] {
  if (!findRules(schema)) return [];
  const node = makeNode(schema, declare(schema));
  if (node === undefined) return [];
  const run = new RuleRun(() => undefined);
  run.validate({ node, value, previous: undefined, path: "", unchanged: undefined });
  return run.errors;
}

interface Place {
  readonly node: Node;
  readonly value: Json;
  readonly previous: Json | undefined;
  readonly path: string;
  /** The nearest value around this one that can be told from before, and what it was; undefined where there is none. */
  readonly unchanged: { readonly value: Json; readonly previous: Json | undefined } | undefined;
}

class RuleRun {
  readonly errors: FieldError[] = [];
  readonly #warn: Warn;
  #budget = budgetOfObject;

  constructor(warn: Warn) {
    this.#warn = warn;
    startWork();
  }

  validate(place: Place): void {
    const { node, value } = place;
    if (value === null || this.#budget < 0) return;
    if (node.rules.length > 0) this.#runRules(place);
    if (isJsonList(value)) this.#items(value, place);
    else if (isJsonMap(value)) this.#fields(value, place);
  }

  #items(list: readonly Json[], place: Place): void {
    const { node, path, unchanged } = place;
    if (node.items === undefined) return;
    const before = correlated(place);
    for (const [index, value] of list.entries()) {
      const previous = before?.(value);
      const next = previous === undefined ? unchanged : { value, previous };
      this.validate({ node: node.items, value, previous, path: `${path}[${index}]`, unchanged: next });
      if (this.#budget < 0) return;
    }
  }

  #fields(map: JsonMap, place: Place): void {
    const { node } = place;
    for (const name of Object.keys(map)) {
      if (this.#budget < 0) return;
      if (node.entries !== undefined) this.#field(map, name, place, node.entries, `${place.path}[${name}]`);
      const property = node.properties.get(name);
      const path = place.path === "" ? name : `${place.path}.${name}`;
      if (property !== undefined) this.#field(map, name, place, property, path);
    }
  }

  #field(map: JsonMap, name: string, place: Place, node: Node, path: string): void {
    const value = map[name]!;
    const previous = isJsonMap(place.previous) ? getOwn(place.previous, name) : undefined;
    const unchanged = previous === undefined ? place.unchanged : { value, previous };
    this.validate({ node, value, previous, path, unchanged });
  }

  #runRules(place: Place): void {
    const { node, path } = place;
    const type = node.schema.type ?? "";
    if (this.#budget <= 0) {
      this.#stop(invalid(path || "<nil>", type, outOfBudget));
      return;
    }
    const values = variablesOf(place);
    for (const ready of node.rules) {
      this.#runRule(ready, place, values);
      if (this.#budget < 0) return;
    }
  }

  /** No rule runs any more. */
  #stop(error: FieldError): void {
    this.errors.push(error);
    this.#budget = -1;
  }

  #runRule(ready: Ready, place: Place, values: Variables): void {
    const { rule, compiled } = ready;
    const field = place.path || "<nil>";
    const type = place.node.schema.type ?? "";
    if (compiled.rule === undefined) return;
    if (compiled.rule instanceof CompileError) {
      this.errors.push(invalid(field, type, `rule compile error: ${compiled.rule.message}`));
      return;
    }
    const isOptional = rule.optionalOldSelf === true;
    if (compiled.rule.usesOldSelf && place.previous === undefined && !isOptional) return;
    const given = isOptional ? values.optional : values.plain;
    const { value, cost } = compiled.rule.program(given);
    if (cost > this.#budget) {
      this.#stop(invalid(field, type, outOfBudget));
      return;
    }
    this.#budget -= cost;
    if (value instanceof CostExceeded) this.#stop(invalid(field, type, tooCostly(value, rule)));
    else if (value instanceof EvaluationError) this.errors.push(invalid(field, type, ruleFailure(value.message, rule)));
    else if (value !== true) this.#refuse(ready, place, given);
  }

  #refuse(ready: Ready, place: Place, values: readonly Given[]): void {
    const { path } = ready;
    const field = path === "" ? place.path || "<nil>" : place.path === "" ? path : `${place.path}.${path}`;
    const message = messageOf(ready.rule, ready.compiled.message, values, this.#budget);
    const add = (error: FieldError): void => {
      const { rule } = ready.compiled;
      const mayStay = rule !== undefined && !(rule instanceof CompileError) && !rule.usesOldSelf;
      if (mayStay && isUnchanged(place)) this.#warn(`${error.field}: ${error.body}`);
      else this.errors.push(error);
    };
    if (message.stops !== undefined) {
      add(invalid(field, place.node.schema.type ?? "", message.stops));
      this.#budget = -1;
      return;
    }
    this.#budget -= message.cost;
    add(errorOf(field, place, message.text, ready.rule.reason));
  }
}

function tooCostly({ message }: CostExceeded, rule: ValidationRule): string {
  return `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`;
}

const outOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";

function isUnchanged({ unchanged }: Place): boolean {
  return unchanged?.previous !== undefined && jsonEqual(unchanged.value, unchanged.previous);
}

interface Variables {
  readonly plain: readonly Given[];
  readonly optional: readonly Given[];
}

function variablesOf({ node, value, previous }: Place): Variables {
  const self = readValue(value, node.schema);
  const hasOld = previous !== undefined && previous !== null;
  const oldSelf = hasOld ? readValue(previous, node.schema) : undefined;
  const maybe = oldSelf instanceof EvaluationError ? oldSelf : oldSelf === undefined ? none : new Optional(oldSelf);
  return { plain: [self, oldSelf], optional: [self, maybe] };
}

/** A value that its schema cannot have is an error for whoever looks at it. */
function readValue(value: Json, schema: Schema): Value | EvaluationError {
  try {
    return jsonValue(value, schema);
  } catch (error: unknown) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

/** Finds what an item of a keyed list was before. */
function correlated({ previous, node }: Place): ((item: Json) => Json | undefined) | undefined {
  const keys = node.schema["x-kubernetes-list-map-keys"];
  if (node.schema["x-kubernetes-list-type"] !== "map" || keys === undefined || !isJsonList(previous)) return undefined;
  const keyOf = (item: Json): string =>
    JSON.stringify(isJsonMap(item) ? keys.map((key) => getOwn(item, key) ?? null) : item);
  const before = new Map(previous.map((item) => [keyOf(item), item]));
  return (item) => before.get(keyOf(item));
}

const reasons: { readonly [reason: string]: readonly [title: string, showsValue: boolean] } = {
  FieldValueRequired: ["Required value", false],
  FieldValueForbidden: ["Forbidden", false],
  FieldValueInvalid: ["Invalid value", true],
  FieldValueDuplicate: ["Duplicate value", true],
};

/** Objects and lists are not shown; what is there twice needs no words. */
function errorOf(field: string, { value, node }: Place, text: string, reason = "FieldValueInvalid"): FieldError {
  const [title, showsValue] = reasons[reason] ?? reasons.FieldValueInvalid!;
  const isWhole = node.schema.type === "object" || node.schema.type === "array";
  const shown =
    showsValue && !isWhole ? `: ${typeof value === "string" ? goQuoted(value) : JSON.stringify(value)}` : "";
  const detail = reason === "FieldValueDuplicate" || text === "" ? "" : `: ${text}`;
  return { type: reason, field, body: `${title}${shown}${detail}` };
}
