import type { Kind } from "../kinds/kind.ts";
import { isJsonList, type Json, type JsonMap } from "../managed-fields/json.ts";
import { valueAt } from "../objects/generation.ts";
import { badRequest } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import { type FieldTerm, parseFieldSelector } from "./field-selector.ts";
import { type LabelSelector, labelsOf, parseLabelSelector, SelectorError } from "./label-selector.ts";

/** Tells whether an object is asked for. */
export type ObjectFilter = (object: StoredObject) => boolean;

export interface Selection {
  /** Undefined: everything. */
  readonly filter: ObjectFilter | undefined;
  /** The one name that a field selector allows, if it names one: spares looking at all others. */
  readonly name: string | undefined;
}

/** Reads the selectors of a list or a watch. */
export function readSelection(kind: Kind, labelSelector: string, fieldSelector: string): Selection {
  try {
    const labels = parseLabelSelector(labelSelector);
    const terms = parseFieldSelector(fieldSelector);
    for (const { field } of terms) checkField(kind, field);
    const name = terms.find((term) => term.field === "metadata.name" && !term.negated)?.value;
    return { filter: filterOf(labels, terms), name };
  } catch (error: unknown) {
    throw error instanceof SelectorError ? badRequest(error.message) : error;
  }
}

function filterOf(labels: LabelSelector | undefined, terms: readonly FieldTerm[]): ObjectFilter | undefined {
  if (labels === undefined && terms.length === 0) return undefined;
  return (stored) =>
    terms.every((term) => matchesTerm(stored, term)) && (labels === undefined || labels(labelsOf(stored.object)));
}

function matchesTerm(stored: StoredObject, { field, value, negated }: FieldTerm): boolean {
  return (fieldValue(stored, field) === value) !== negated;
}

function fieldValue(stored: StoredObject, field: string): string {
  if (field === "metadata.name") return stored.name;
  if (field === "metadata.namespace") return stored.namespace;
  return textOf(valueAt(stored.object as JsonMap, pathOf(stored, field)));
}

/** The source of an event is its component; the newer API of events is stored in the words of the older one. */
const eventFields: readonly (readonly [RegExp, string])[] = [
  [/^source$/, "source.component"],
  [/^regarding\./, "involvedObject."],
  [/^reportingController$/, "reportingComponent"],
];

function pathOf(stored: StoredObject, field: string): readonly string[] {
  if (stored.object.kind !== "Event") return field.split(".");
  return eventFields.reduce((name, [pattern, stands]) => name.replace(pattern, stands), field).split(".");
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (isJsonList(value)) return value.map(textOf).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function checkField({ definition, rules, isBuiltin }: Kind, field: string): void {
  if (field === "metadata.name" || (field === "metadata.namespace" && definition.namespaced)) return;
  const own = [...rules.selectable, ...(definition.selectableFields ?? []).map((path) => path.replace(/^\./, ""))];
  if (own.includes(field)) return;
  if (isBuiltin && rules.selectable.length > 0) throw badRequest(`field label not supported: ${field}`);
  if (field === "metadata.namespace") return;
  const known = ["metadata.name", "metadata.namespace"];
  const message = isBuiltin
    ? `${JSON.stringify(field)} is not a known field selector: only ${known.map((name) => JSON.stringify(name)).join(", ")}`
    : `field label not supported: ${field}`;
  throw badRequest(message);
}
