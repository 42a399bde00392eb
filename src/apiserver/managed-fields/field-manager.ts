import type { KubeObject } from "../resources.ts";
import { badRequest, plainError, type StatusError } from "../status-error.ts";
import { ApplyConflicts } from "./conflicts.ts";
import { difference, type FieldSet, isEmptySet, setOf, union } from "./field-set.ts";
import type { JsonMap } from "./json.ts";
import { excusedByLastApplied, withLastApplied } from "./last-applied.ts";
import {
  capUpdaters,
  type ManagerEntry,
  type Managers,
  managerId,
  noManagers,
  readManagers,
  writeManagers,
} from "./managers.ts";
import { applyConfiguration, ownersAfterUpdate } from "./updater.ts";
import { problemsText, typeProblems } from "./validate.ts";
import type { VersionTypes } from "./version-types.ts";

/** What a write is made with. */
export interface WriteContext {
  readonly types: VersionTypes;
  readonly manager: string;
  /** "" for the object itself. */
  readonly subresource: string;
  /** RFC 3339 to the second. */
  readonly now: string;
  /** What an object of this kind is before anything is written to it. */
  readonly empty: JsonMap;
  /** The form in which objects of this kind are compared. */
  readonly comparable: (object: KubeObject) => JsonMap;
}

/** Never owned by anyone: what the server sets, and the object's identity. */
const unowned = setOf(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ["f:metadata", "f:name"],
  ["f:metadata", "f:namespace"],
  ["f:metadata", "f:creationTimestamp"],
  ["f:metadata", "f:selfLink"],
  ["f:metadata", "f:uid"],
  ["f:metadata", "f:clusterName"],
  ["f:metadata", "f:generation"],
  ["f:metadata", "f:managedFields"],
  ["f:metadata", "f:resourceVersion"],
);

/** The object with its managed fields as they stand after a plain write; `live` undefined on create. */
export function trackWrite(live: KubeObject | undefined, next: KubeObject, context: WriteContext): KubeObject {
  const managers = managersForWrite(live, next, context.subresource !== "");
  const bare = withoutManagers(next);
  // An existing object that nobody tracks stays untracked until something is applied to it.
  if (managers.size === 0 && live !== undefined) return bare;
  const before = live === undefined ? context.empty : context.comparable(withoutManagers(live));
  return withManagers(bare, trackChange(before, context.comparable(bare), managers, context));
}

function trackChange(before: JsonMap, next: JsonMap, managers: Managers, context: WriteContext): Managers {
  const { others, changed } = ownersAfterUpdate(context.types, before, next, managers);
  const fields = difference(changed, unowned);
  if (isEmptySet(fields)) return capUpdaters(others);
  if (context.subresource === "scale" && !isOwned(fields, managers)) return managers;
  const entry = entryOf(context, "Update");
  const id = managerId(entry);
  const previous = others.get(id);
  const owned = previous === undefined ? fields : union(fields, previous.fields);
  return capUpdaters(new Map(others).set(id, { ...entry, fields: owned }));
}

/** A scale takes a count over from who owns it; one that nobody owns stays so, as on a kube-apiserver. */
function isOwned(fields: FieldSet, managers: Managers): boolean {
  const left = [...managers.values()].reduce((rest, entry) => difference(rest, entry.fields), fields);
  return left !== fields && !isEmptySet(difference(fields, left));
}

function entryOf(context: WriteContext, operation: "Apply" | "Update"): ManagerEntry {
  const { manager, subresource, now, types } = context;
  return {
    manager: manager === "" ? "unknown" : manager,
    operation,
    apiVersion: types.apiVersion,
    subresource,
    // Kubernetes stamps no time on what was written through a scale.
    time: subresource === "scale" ? undefined : now,
    fields: {},
  };
}

/** Clients may edit managed fields with a write to the object itself; an empty list resets them. */
function managersForWrite(live: KubeObject | undefined, next: KubeObject, isSubresource: boolean): Managers {
  const asked = isSubresource ? undefined : next.metadata?.managedFields;
  if (asked !== undefined && isReset(asked)) return noManagers;
  const wanted = asked === undefined ? undefined : readManagers(asked);
  if (wanted !== undefined && wanted.size > 0) return wanted;
  return readManagers(live?.metadata?.managedFields) ?? noManagers;
}

function isReset(entries: readonly unknown[] | null): boolean {
  if (entries === null) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && Object.keys(first as object).length === 0);
}

export interface ApplyContext extends WriteContext {
  readonly force: boolean;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  /** Fills in defaults after the merge, as the kind has them. */
  readonly setDefaults: (object: KubeObject) => KubeObject;
}

/**
 * The object after a server-side apply, managed fields included. Throws the answer for conflicts (409) and for a
 * configuration that does not fit the kind.
 */
export function applyToObject(live: KubeObject | undefined, config: KubeObject, context: ApplyContext): KubeObject {
  const managers = readManagers(live?.metadata?.managedFields);
  if (managers === undefined) throw plainError("failed to decode managed fields: invalid entry");
  checkConfiguration(config, context);
  const before = (live === undefined ? newObject(context) : withoutManagers(live)) as JsonMap;
  const tracked = managers.size > 0 || live === undefined ? managers : beforeFirstApply(before, context);
  try {
    return settle(before, config, tracked, context);
  } catch (error: unknown) {
    throw error instanceof ApplyConflicts ? error.toStatusError() : error;
  }
}

function settle(before: JsonMap, config: KubeObject, tracked: Managers, context: ApplyContext): KubeObject {
  const entry = entryOf(context, "Apply");
  const applied = applyExcusing(before, config as JsonMap, tracked, context, entry);
  const managers = finish(applied.managers, managerId(entry), applied.next === undefined ? undefined : context.now);
  const next = applied.next === undefined ? before : context.setDefaults(applied.next as KubeObject);
  const synced = context.manager === "kubectl" ? withLastApplied(next as KubeObject, config) : (next as KubeObject);
  return withManagers(synced, managers);
}

/** kubectl's own conflicts with what client-side apply left behind are no conflicts. */
function applyExcusing(
  before: JsonMap,
  config: JsonMap,
  managers: Managers,
  context: ApplyContext,
  entry: ManagerEntry,
): ReturnType<typeof applyConfiguration> {
  const applier = { id: managerId(entry), entry, force: context.force };
  try {
    return applyConfiguration(context.types, before, config, managers, applier);
  } catch (error: unknown) {
    if (!(error instanceof ApplyConflicts) || context.manager !== "kubectl") throw error;
    const excused = excusedByLastApplied(before, context.types);
    if (excused === undefined) throw error;
    const rest = error.except(excused);
    if (rest !== undefined) throw rest;
    return applyConfiguration(context.types, before, config, managers, { ...applier, force: true });
  }
}

function finish(managers: Managers, id: string, now: string | undefined): Managers {
  const entry = managers.get(id);
  if (entry === undefined) return managers;
  const finished = new Map(managers);
  const fields = difference(entry.fields, unowned);
  if (isEmptySet(fields)) finished.delete(id);
  else finished.set(id, { ...entry, fields, time: now ?? entry.time });
  return finished;
}

/** Everything an untracked object holds belongs to a stand-in, so that an apply meets it as a conflict. */
function beforeFirstApply(before: JsonMap, context: ApplyContext): Managers {
  const stored = context.comparable(before as KubeObject);
  return trackChange(context.empty, stored, noManagers, { ...context, manager: "before-first-apply" });
}

function newObject({ kind, types }: ApplyContext): KubeObject {
  return { apiVersion: types.apiVersion, kind: kind.kind, metadata: {} };
}

function checkConfiguration(config: KubeObject, context: ApplyContext): void {
  const { group, version, kind } = context.kind;
  const expected = group === "" ? version : `${group}/${version}`;
  if (config.apiVersion !== expected || config.kind !== kind) throw wrongKind(config);
  if (config.metadata?.managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  const problems = typeProblems(config as JsonMap, context.types.atom, false);
  if (problems.length === 0) return;
  const { namespace = "", name = "" } = config.metadata ?? {};
  const subject = `${namespace}/${name}; ${group}/${version}, Kind=${kind}`;
  throw plainError(`failed to create typed patch object (${subject}): ${problemsText(problems)}`);
}

function wrongKind(config: KubeObject): StatusError {
  const { apiVersion = "", kind = "" } = config;
  return badRequest(`invalid object type: ${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${kind}`);
}

export function withoutManagers(object: KubeObject): KubeObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function withManagers(object: KubeObject, managers: Managers): KubeObject {
  const managedFields = writeManagers(managers);
  if (managedFields === undefined) return withoutManagers(object);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
