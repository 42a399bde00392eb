import { type KindRef, StatusError } from "../status-error.ts";
import { goQuoted } from "./go-quote.ts";

/** A field that is not as it must be, in the words of Kubernetes' field errors. */
export interface FieldError {
  /** CamelCase, as in `details.causes[].reason`. */
  readonly type: string;
  readonly field: string;
  /** Without the field: `Invalid value: 3: must be less than 2`. */
  readonly body: string;
}

const blocking = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

/** Whether an error is one that keeps the rules of a definition from being run. */
export function isBlocking({ type }: FieldError): boolean {
  return blocking.has(type);
}

function fieldError(type: string, title: string, field: string, detail: string): FieldError {
  return { type, field, body: detail === "" ? title : `${title}: ${detail}` };
}

function valueText(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return goQuoted(value);
  return value === undefined ? "null" : JSON.stringify(value);
}

export function required(field: string, detail = ""): FieldError {
  return fieldError("FieldValueRequired", "Required value", field, detail);
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return fieldError("FieldValueInvalid", `Invalid value: ${valueText(value)}`, field, detail);
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return fieldError("FieldValueTypeInvalid", `Invalid value: ${valueText(value)}`, field, detail);
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? "" : `supported values: ${supported.map(goQuoted).join(", ")}`;
  return fieldError("FieldValueNotSupported", `Unsupported value: ${valueText(value)}`, field, detail);
}

export function duplicate(field: string, value: unknown): FieldError {
  return fieldError("FieldValueDuplicate", `Duplicate value: ${valueText(value)}`, field, "");
}

export function forbiddenField(field: string, detail: string): FieldError {
  return fieldError("FieldValueForbidden", "Forbidden", field, detail);
}

export function fieldNotFound(field: string, value: unknown): FieldError {
  return fieldError("FieldValueNotFound", `Not found: ${valueText(value)}`, field, "");
}

export function tooLongBytes(field: string, limit: number): FieldError {
  return fieldError(
    "FieldValueTooLong",
    "Too long",
    field,
    `may not be more than ${limit} ${limit === 1 ? "byte" : "bytes"}`,
  );
}

export function tooMany(field: string, count: number, limit: number): FieldError {
  const detail = `must have at most ${limit} ${limit === 1 ? "item" : "items"}`;
  return fieldError("FieldValueTooMany", `Too many: ${count}`, field, detail);
}

/** The 422 for an object with these errors; equal messages are named once, as Kubernetes does. */
export function invalidObject(kind: KindRef, name: string, errors: readonly FieldError[]): StatusError {
  const messages = [...new Set(errors.map(({ field, body }) => `${field}: ${body}`))];
  const qualified = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const why = messages.length === 1 ? messages[0]! : `[${messages.join(", ")}]`;
  return new StatusError({
    code: 422,
    reason: "Invalid",
    message: `${qualified} ${JSON.stringify(name)} is invalid: ${why}`,
    details: {
      ...(name !== "" && { name }),
      ...(kind.group !== "" && { group: kind.group }),
      ...(kind.kind !== "" && { kind: kind.kind }),
      causes: errors.map(({ type, field, body }) => ({ reason: type, message: body, field })),
    },
  });
}
