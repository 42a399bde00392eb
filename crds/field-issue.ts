/** Why a field is wrong, as the causes of a Kubernetes Status name it. */
export type IssueReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueTypeInvalid"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueForbidden";

/** Something that a value does not have as its schema wants it. */
export interface FieldIssue {
  /** `spec.generators[0].git.revision`; empty for the value as a whole. */
  readonly path: string;
  readonly reason: IssueReason;
  /** What is wrong in Kubernetes' words, without the path: `Required value`. */
  readonly detail: string;
  /** The same with the path: `spec.generators[0].git.revision: Required value`. */
  readonly message: string;
  /** What to do, where the mistake is a common one. */
  readonly remedy?: string;
}

const titles: { readonly [Reason in IssueReason]: string } = {
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueTypeInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueForbidden: "Forbidden",
};

/** An issue in Kubernetes' words; with a third argument it shows the value: `Invalid value: "string": …`. */
export function issue(path: string, reason: IssueReason, ...rest: [explanation?: string, value?: unknown]): FieldIssue {
  const [explanation = "", value] = rest;
  const shown = rest.length > 1 ? `: ${showValue(value)}` : "";
  const detail = `${titles[reason]}${shown}${explanation === "" ? "" : `: ${explanation}`}`;
  return { path, reason, detail, message: path === "" ? detail : `${path}: ${detail}` };
}

/** A value as Go's field errors print it: text in quotes, maps and lists as JSON. */
function showValue(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" && !Number.isSafeInteger(value)) return showFloat(value);
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) return showFloat(Number(value));
  if (typeof value !== "object" || value === null) return String(value);
  try {
    const text = JSON.stringify(value, (_key, entry) => (typeof entry === "bigint" ? `\u0001${entry}` : entry));
    return text.replace(/"\\u0001(-?\d+)"/g, "$1");
  } catch (error: unknown) {
    // Nested deeper than the stack allows: the path says enough.
    if (error instanceof RangeError) return "{…}";
    throw error;
  }
}

/** Go's `%v` of a float64: an exponent of two digits from a million on. */
function showFloat(value: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21 && (exponent < 6 || !Number.isInteger(value))) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

/** Go's `%q`, close enough for messages. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\\u001b", "\\x1b");
}
