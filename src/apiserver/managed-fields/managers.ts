import { type FieldSet, isEmptySet, noFields, readSet, union } from "./field-set.ts";
import { normalizeElement } from "./path-element.ts";

/** Who owns what, as one entry of `metadata.managedFields` says it. Times are RFC 3339 to the second. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Entries by identity. Never changed once built. */
export type Managers = ReadonlyMap<string, ManagerEntry>;

export const noManagers: Managers = new Map();

/** What makes two entries the same manager: an applier is one across versions, an updater is another in each version. */
export function managerId(entry: Pick<ManagerEntry, "manager" | "operation" | "apiVersion" | "subresource">): string {
  const version = entry.operation === "Apply" ? "" : entry.apiVersion;
  return JSON.stringify([entry.manager, entry.operation, version, entry.subresource]);
}

/** Entries off the wire; undefined when one of them is not valid, which makes Kubernetes disregard them all. */
export function readManagers(entries: unknown): Managers | undefined {
  if (!Array.isArray(entries)) return noManagers;
  const managers = new Map<string, ManagerEntry>();
  for (const raw of entries) {
    const entry = readEntry(raw as { readonly [field: string]: unknown });
    if (entry === undefined) return undefined;
    managers.set(managerId(entry), entry);
  }
  return managers;
}

const knownGood = new WeakSet<object>();

function readEntry(raw: { readonly [field: string]: unknown } | null): ManagerEntry | undefined {
  const operation = raw?.operation;
  if (raw === null || (operation !== "Apply" && operation !== "Update") || raw.fieldsType !== "FieldsV1") return;
  const apiVersion = text(raw.apiVersion);
  const fields = readFields(raw.fieldsV1);
  if (apiVersion === "" || fields === undefined) return;
  const time = typeof raw.time === "string" ? raw.time : undefined;
  return { manager: text(raw.manager), operation, apiVersion, subresource: text(raw.subresource), time, fields };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readFields(raw: unknown): FieldSet | undefined {
  if (raw === undefined || raw === null) return noFields;
  if (typeof raw !== "object" || knownGood.has(raw)) return raw as FieldSet;
  try {
    return readSet(raw, normalizeElement);
  } catch {
    // An element whose key is not JSON makes the whole entry invalid.
    return undefined;
  }
}

/** The entries as `metadata.managedFields` holds them, in Kubernetes' order; undefined for none. */
export function writeManagers(managers: Managers): readonly unknown[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(compareEntries).map(writeEntry);
}

function writeEntry(entry: ManagerEntry): unknown {
  const { manager, operation, apiVersion, subresource, time, fields } = entry;
  // A set that we made ourselves needs no cleaning when the object comes back as the live one.
  knownGood.add(fields);
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(subresource !== "" && { subresource }),
  };
}

function compareEntries(left: ManagerEntry, right: ManagerEntry): number {
  return (
    compareText(left.operation, right.operation) ||
    seconds(left.time) - seconds(right.time) ||
    compareText(left.manager, right.manager) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}

const maxUpdaters = 10;

/**
 * Keeps the number of updaters at ten: the oldest ones of a version are folded into one entry named `ancient-changes`.
 */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers].filter(([, entry]) => entry.operation === "Update");
  if (updaters.length <= maxUpdaters) return managers;
  updaters.sort(
    ([, left], [, right]) => seconds(left.time) - seconds(right.time) || compareText(left.manager, right.manager),
  );
  const capped = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let excess = updaters.length - maxUpdaters;
  for (const [id, entry] of updaters) {
    if (excess === 0) break;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) firstOfVersion.set(entry.apiVersion, id);
    else {
      fold(capped, first, id);
      excess--;
    }
  }
  return capped;
}

function fold(managers: Map<string, ManagerEntry>, first: string, id: string): void {
  const entry = managers.get(id)!;
  const identity = {
    manager: "ancient-changes",
    operation: "Update",
    apiVersion: entry.apiVersion,
    subresource: "",
  } as const;
  const bucketId = managerId(identity);
  const before = managers.get(bucketId) ?? managers.get(first)!;
  if (!managers.has(bucketId)) managers.delete(first);
  managers.delete(id);
  managers.set(bucketId, { ...identity, time: entry.time, fields: union(entry.fields, before.fields) });
}

export function withoutEmpty(managers: Iterable<readonly [string, ManagerEntry]>): Managers {
  const kept = new Map<string, ManagerEntry>();
  for (const [id, entry] of managers) if (!isEmptySet(entry.fields)) kept.set(id, entry);
  return kept;
}
