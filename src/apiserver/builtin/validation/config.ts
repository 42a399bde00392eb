import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt, textAt } from "../../table/fields.ts";
import { type FieldError, forbiddenField, invalid, required, tooLongBytes } from "../../validation/field-error.ts";
import { configKeyProblems } from "../../validation/names.ts";
import type { Validate } from "./workloads.ts";

const maxBytes = 1_048_576;
const frozen = "field is immutable when `immutable` is set";

function keyErrors(object: unknown, field: string): FieldError[] {
  return Object.keys(fieldsAt(object, field)).flatMap((key) =>
    configKeyProblems(key).map((problem) => invalid(`${field}[${key}]`, key, problem)),
  );
}

function textSize(data: object): number {
  return Object.values(data).reduce((sum: number, value) => sum + Buffer.byteLength(String(value)), 0);
}

function base64Size(data: object): number {
  return Object.values(data).reduce((sum: number, value) => sum + Math.floor((String(value).length * 3) / 4), 0);
}

function frozenErrors(object: unknown, previous: unknown, ...names: readonly string[]): FieldError[] {
  if (previous === undefined || at(previous, "immutable") !== true) return [];
  const thawed = at(object, "immutable") === true ? [] : [forbiddenField("immutable", frozen)];
  const changed = names.filter((name) => !isDeepStrictEqual(fieldsAt(object, name), fieldsAt(previous, name)));
  return [...thawed, ...changed.map((name) => forbiddenField(name, frozen))];
}

export const configMap: Validate = (object, previous) => {
  const [text, binary] = [fieldsAt(object, "data"), fieldsAt(object, "binaryData")];
  const twice = Object.keys(text).filter((key) => Object.hasOwn(binary, key));
  return [
    ...frozenErrors(object, previous, "data", "binaryData"),
    ...keyErrors(object, "data"),
    ...twice.map((key) => invalid(`data[${key}]`, key, "duplicate of key present in binaryData")),
    ...keyErrors(object, "binaryData"),
    ...(textSize(text) + base64Size(binary) > maxBytes ? [tooLongBytes("", maxBytes)] : []),
  ];
};

/** Keys that a type of Secret needs; of basic authentication one is enough. */
const neededKeys: { readonly [type: string]: readonly string[] } = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/basic-auth": ["username", "password"],
};

function neededErrors(object: unknown): FieldError[] {
  const type = textAt(object, "type");
  const data = fieldsAt(object, "data");
  const missing = (neededKeys[type] ?? []).filter((key) => !Object.hasOwn(data, key));
  const isEnough = type === "kubernetes.io/basic-auth" && missing.length < 2;
  return isEnough ? [] : missing.map((key) => required(`data[${key}]`));
}

export const secret: Validate = (object, previous) => {
  const type = textAt(object, "type");
  const isOther = previous !== undefined && textAt(previous, "type") !== type;
  return [
    ...(isOther ? [invalid("type", type, "field is immutable")] : []),
    ...frozenErrors(object, previous, "data"),
    ...keyErrors(object, "data"),
    ...(base64Size(fieldsAt(object, "data")) > maxBytes ? [tooLongBytes("data", maxBytes)] : []),
    ...neededErrors(object),
  ];
};
