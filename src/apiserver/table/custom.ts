import type { PrinterColumn } from "../resources.ts";
import { humanDuration } from "./age.ts";
import { ageColumn } from "./columns.ts";
import { textAt } from "./fields.ts";
import { parseJsonPath } from "./json-path.ts";

/** Shown for a CRD that declares no columns. */
const age: PrinterColumn = { ...ageColumn, type: "date", jsonPath: ".metadata.creationTimestamp" };

interface CustomColumn {
  readonly definition: object;
  readonly type: string;
  readonly read: (object: unknown) => readonly unknown[];
}

const parsed = new WeakMap<readonly PrinterColumn[], readonly CustomColumn[]>();

function parse(columns: readonly PrinterColumn[]): readonly CustomColumn[] {
  let known = parsed.get(columns);
  if (known === undefined) parsed.set(columns, (known = (columns.length === 0 ? [age] : columns).map(toColumn)));
  return known;
}

function toColumn({ name, type, format, description, priority, jsonPath }: PrinterColumn): CustomColumn {
  const definition = {
    name,
    type,
    format: format ?? "",
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
  };
  return { definition, type, read: parseJsonPath(jsonPath) ?? (() => []) };
}

export function customDefinitions(columns: readonly PrinterColumn[]): readonly object[] {
  return parse(columns).map(({ definition }) => definition);
}

/** The name, then what each column finds first; a column shows nothing where it finds a value of another type. */
export function customCells(columns: readonly PrinterColumn[], object: unknown, now: number): unknown[] {
  const cells = parse(columns).map(({ type, read }) => {
    const [value] = read(object);
    return value === undefined || value === null ? null : (formats[type]?.(value, now) ?? null);
  });
  return [textAt(object, "metadata", "name"), ...cells];
}

type Format = (value: unknown, now: number) => unknown;

const formats: { readonly [type: string]: Format } = {
  string: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
  integer: (value) => (typeof value === "number" ? Math.trunc(value) : undefined),
  number: (value) => (typeof value === "number" ? value : undefined),
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  date: (value, now) => {
    if (typeof value !== "string") return undefined;
    const time = Date.parse(value);
    return Number.isNaN(time) ? "<invalid>" : humanDuration(now - time);
  },
};
