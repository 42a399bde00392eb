import { RE2JS } from "re2js";
import { getOwn, isJsonList, isJsonMap, type Json, type JsonMap, jsonEqual } from "../managed-fields/json.ts";
import type { Schema } from "../resources.ts";
import {
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLongBytes,
  tooMany,
  typeInvalid,
} from "../validation/field-error.ts";
import { stringFormats } from "./formats.ts";

/**
 * Checks a value against its structural schema, in the words of a kube-apiserver. `previous` is the stored value on an
 * update: what did not change is not checked again, so that an object that a tightened schema refuses stays writable.
 */
export function schemaErrors(value: Json, schema: Schema, path = "", previous?: Json): FieldError[] {
  const errors: FieldError[] = [];
  check({ value, previous, schema, path }, errors);
  return errors;
}

interface Place {
  readonly value: Json;
  readonly previous: Json | undefined;
  readonly schema: Schema;
  readonly path: string;
}

function check(place: Place, errors: FieldError[]): void {
  const { value, previous, schema } = place;
  if (previous !== undefined && (value === previous || jsonEqual(value, previous))) return;
  checkType(place, errors);
  if (value === null) {
    checkEnum(place, errors);
    return;
  }
  checkCombinations(place, errors);
  if (typeof value === "string") checkText(value, place, errors);
  if (typeof value === "number") checkNumber(value, place, errors);
  if (isJsonList(value)) checkList(value, place, errors);
  if (schema.enum !== undefined) checkEnum(place, errors);
  if (isJsonMap(value)) checkMap(value, place, errors);
}

function fieldOf(path: string): string {
  return path === "" ? "<nil>" : path;
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isJsonList(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function checkType({ value, schema, path }: Place, errors: FieldError[]): void {
  const types = schema["x-kubernetes-int-or-string"] === true ? ["integer", "string"] : typesOf(schema);
  if (types.length === 0) return;
  const actual = typeOf(value);
  if (actual === "null" ? schema.nullable === true : types.includes(actual)) return;
  if (actual === "integer" && types.includes("number")) return;
  const message = `${path} in body must be of type ${types.join(",")}: ${JSON.stringify(actual)}`;
  errors.push(typeInvalid(fieldOf(path), actual, message));
}

function typesOf(schema: Schema): readonly string[] {
  return schema.type === undefined ? [] : [schema.type];
}

function checkEnum({ value, schema, path }: Place, errors: FieldError[]): void {
  const allowed = schema.enum;
  if (allowed === undefined || allowed.length === 0 || allowed.some((entry) => jsonEqual(entry, value))) return;
  const names = allowed.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry)));
  errors.push(notSupported(fieldOf(path), value, names));
}

const patterns = new Map<string, RE2JS | undefined>();

function compiled(pattern: string): RE2JS | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, tryCompile(pattern));
  return patterns.get(pattern);
}

function tryCompile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    // The definition was refused or warned about when it was written; here such a pattern matches nothing.
    return undefined;
  }
}

function checkText(text: string, { schema, path }: Place, errors: FieldError[]): void {
  const length = numberAt(schema, "maxLength") ?? numberAt(schema, "minLength");
  const count = length === undefined ? 0 : [...text].length;
  const error = lengthError(text, count, schema, path) ?? patternError(text, schema, path);
  if (error !== undefined) errors.push(error);
  const format = schema.format ?? "";
  const isRight = Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
  if (isRight === undefined || isRight(text)) return;
  const message = `${path} in body must be of type ${format}: ${JSON.stringify(text)}`;
  errors.push(typeInvalid(fieldOf(path), text, message));
}

function lengthError(text: string, count: number, schema: Schema, path: string): FieldError | undefined {
  const most = numberAt(schema, "maxLength");
  if (most !== undefined && count > most) return tooLongBytes(fieldOf(path), most);
  const least = numberAt(schema, "minLength");
  if (least === undefined || count >= least) return undefined;
  return invalid(fieldOf(path), text, `${path} in body should be at least ${least} chars long`);
}

function patternError(text: string, schema: Schema, path: string): FieldError | undefined {
  const { pattern } = schema;
  if (typeof pattern !== "string" || pattern === "" || compiled(pattern)?.matcher(text).find() === true)
    return undefined;
  return invalid(fieldOf(path), text, `${path} in body should match '${pattern}'`);
}

const int32Limit = 2 ** 31;

function checkNumber(value: number, { schema, path }: Place, errors: FieldError[]): void {
  const add = (message: string, shown = value): void => void errors.push(invalid(fieldOf(path), shown, message));
  const isOutOfRange = value < -int32Limit || value >= int32Limit;
  if (schema.type === "integer" && schema.format === "int32" && isOutOfRange) {
    const message = `Checked value must be of type integer with format int32 in ${path}`;
    errors.push(invalid("<nil>", "", message));
  }
  const factor = numberAt(schema, "multipleOf");
  if (factor !== undefined && Number.isInteger(value) && Math.trunc(factor) <= 0) {
    // The factor is read as an integer where the value is one.
    add(`factor MultipleOf declared for ${path} must be positive: ${Math.trunc(factor)}`, Math.trunc(factor));
  } else if (factor !== undefined && !Number.isInteger(value / factor)) {
    add(`${path} in body should be a multiple of ${factor}`);
  }
  const least = numberAt(schema, "minimum");
  const isAboveOnly = schema.exclusiveMinimum === true;
  if (least !== undefined && (isAboveOnly ? value <= least : value < least)) {
    add(`${path} in body should be greater than ${isAboveOnly ? "" : "or equal to "}${least}`);
  }
  const most = numberAt(schema, "maximum");
  const isBelowOnly = schema.exclusiveMaximum === true;
  if (most !== undefined && (isBelowOnly ? value >= most : value > most)) {
    add(`${path} in body should be less than ${isBelowOnly ? "" : "or equal to "}${most}`);
  }
}

function numberAt(schema: Schema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}

function checkList(list: readonly Json[], place: Place, errors: FieldError[]): void {
  const { schema, path } = place;
  const previous = correlated(place);
  for (const [index, value] of list.entries()) {
    if (schema.items === undefined) break;
    check({ value, previous: previous?.(value), schema: schema.items, path: `${path}[${index}]` }, errors);
  }
  const least = numberAt(schema, "minItems");
  if (least !== undefined && list.length < least) {
    errors.push(invalid(fieldOf(path), list.length, `${path} in body should have at least ${least} items`));
  }
  const most = numberAt(schema, "maxItems");
  if (most !== undefined && list.length > most) errors.push(tooMany(fieldOf(path), list.length, most));
  if (schema.uniqueItems === true && hasEqualItems(list)) {
    errors.push(invalid(fieldOf(path), "", `${path} in body shouldn't contain duplicates`));
  }
}

/** Finds what an item was before: only items of keyed lists can be told apart. */
function correlated({ previous, schema }: Place): ((item: Json) => Json | undefined) | undefined {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-list-type"] !== "map" || keys === undefined || !isJsonList(previous)) return undefined;
  const keyOf = (item: Json): string =>
    JSON.stringify(isJsonMap(item) ? keys.map((key) => getOwn(item, key) ?? null) : item);
  const before = new Map(previous.map((item) => [keyOf(item), item]));
  return (item) => before.get(keyOf(item));
}

function hasEqualItems(list: readonly Json[]): boolean {
  return list.some((item, index) => list.slice(0, index).some((other) => jsonEqual(item, other)));
}

function checkMap(map: JsonMap, place: Place, errors: FieldError[]): void {
  const { schema, path } = place;
  const names = Object.keys(map);
  const least = numberAt(schema, "minProperties");
  if (least !== undefined && names.length < least) {
    errors.push(invalid(fieldOf(path), names.length, `${path} in body should have at least ${least} properties`));
  }
  const most = numberAt(schema, "maxProperties");
  if (most !== undefined && names.length > most) errors.push(tooMany(fieldOf(path), names.length, most));
  for (const name of names) checkField(map, name, place, errors);
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(map, name)) errors.push(required(childPath(path, name)));
  }
}

function childPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function checkField(map: JsonMap, name: string, { schema, path, previous }: Place, errors: FieldError[]): void {
  const declared = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
  const field = declared ? schema.properties?.[name] : schema.additionalProperties;
  if (field === false) {
    errors.push(invalid(fieldOf(path), name, `${path}.${name} in body is a forbidden property`));
    return;
  }
  if (typeof field !== "object") return;
  const before = previous !== undefined && isJsonMap(previous) ? getOwn(previous, name) : undefined;
  check({ value: map[name]!, previous: before, schema: field, path: childPath(path, name) }, errors);
}

function schemasAt(schema: Schema, keyword: string): readonly Schema[] {
  const value = schema[keyword];
  return Array.isArray(value) ? (value as readonly Schema[]) : [];
}

function checkCombinations(place: Place, errors: FieldError[]): void {
  const { schema } = place;
  if (schema.anyOf !== undefined) checkAnyOf(place, errors);
  if (schema.oneOf !== undefined) checkOneOf(place, errors);
  if (schema.allOf !== undefined) checkAllOf(place, errors);
  if (schema.not !== undefined && errorsOf(place, schema.not as Schema).length === 0) {
    errors.push(combinationError(place, "must not validate the schema (not)"));
  }
}

function errorsOf(place: Place, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  check({ ...place, previous: undefined, schema }, errors);
  return errors;
}

function combinationError({ path }: Place, message: string): FieldError {
  return invalid("<nil>", "", `${JSON.stringify(path)} ${message}`);
}

function fewest(attempts: readonly FieldError[][]): FieldError[] {
  return attempts.reduce((best, attempt) => (attempt.length < best.length ? attempt : best), attempts[0] ?? []);
}

function checkAnyOf(place: Place, errors: FieldError[]): void {
  const attempts = schemasAt(place.schema, "anyOf").map((schema) => errorsOf(place, schema));
  if (attempts.length === 0 || attempts.some((attempt) => attempt.length === 0)) return;
  errors.push(combinationError(place, "must validate at least one schema (anyOf)"), ...fewest(attempts));
}

function checkOneOf(place: Place, errors: FieldError[]): void {
  const attempts = schemasAt(place.schema, "oneOf").map((schema) => errorsOf(place, schema));
  const valid = attempts.filter((attempt) => attempt.length === 0).length;
  if (attempts.length === 0 || valid === 1) return;
  const found = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
  errors.push(combinationError(place, `must validate one and only one schema (oneOf). ${found}`));
  if (valid === 0) errors.push(...fewest(attempts));
}

function checkAllOf(place: Place, errors: FieldError[]): void {
  const attempts = schemasAt(place.schema, "allOf").map((schema) => errorsOf(place, schema));
  const failed = attempts.filter((attempt) => attempt.length > 0);
  if (failed.length === 0) return;
  errors.push(...failed.flat());
  const none = failed.length === attempts.length ? ". None validated" : "";
  errors.push(combinationError(place, `must validate all the schemas (allOf)${none}`));
}
