import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { FieldChange } from "./diff.ts";
import { diffApplications } from "./diff.ts";
import { mergeOntoLive, type PreservedFields } from "./merge.ts";

export type Action = "create" | "update" | "delete" | "none";

/** What would happen to one Application. `desired` is the whole object to write, `live` the one that was read. */
export interface Change {
  readonly action: Action;
  readonly namespace: string;
  readonly name: string;
  readonly desired?: Application;
  readonly live?: Application;
  /** The fields that differ, in path order; empty for anything but an update. */
  readonly fields: readonly FieldChange[];
}

/** A change that is kept back: why, and what a person does to let it through. */
export interface Hold {
  readonly change: Change;
  readonly reason: HoldReason;
  readonly message: string;
  readonly release: string;
}

export type HoldReason =
  | "DeletionBudget"
  | "EmptyInput"
  | "Grace"
  | "IncompleteInput"
  | "NotOwned"
  | "OwnedByAnotherSet"
  | "Policy"
  | "TooManyApplications";

/** All changes of one set, sorted by name; nothing is filtered yet. */
export interface ChangeSet {
  readonly set: ApplicationSet;
  readonly changes: readonly Change[];
  /** Live Applications that belong to the set, those that stay included. */
  readonly liveCount: number;
}

export interface PlanInputs {
  readonly set: ApplicationSet;
  /** Valid generated Applications, any order, names unique. */
  readonly desired: readonly Application[];
  /** Names that were generated but may not be written (invalid ones): they are neither updated nor deleted. */
  readonly protectedNames?: ReadonlySet<string>;
  /** Every live Application of the set's namespace that the set owns or that carries a desired name. */
  readonly live: readonly Application[];
  readonly preserved?: PreservedFields;
}

/**
 * Compares what should be with what is. Pure: the same inputs give the same change set.
 * Rows follow ApplicationSet's rules for live objects: whole labels and annotations are replaced except preserved ones.
 */
export function planChanges(inputs: PlanInputs): ChangeSet {
  const liveByName = new Map(inputs.live.map((app) => [app.metadata.name, app]));
  const changes = inputs.desired.map((desired) => upsert(inputs, desired, liveByName.get(desired.metadata.name)));
  const wanted = new Set(inputs.desired.map((app) => app.metadata.name));
  const owned = inputs.live.filter((app) => isOwnedBy(app, inputs.set));
  for (const live of owned) {
    const name = live.metadata.name;
    if (!wanted.has(name) && !inputs.protectedNames?.has(name)) changes.push(change("delete", inputs.set, { live }));
  }
  changes.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { set: inputs.set, changes, liveCount: owned.length };
}

function upsert(inputs: PlanInputs, generated: Application, live: Application | undefined): Change {
  const desired = withOwner(generated, inputs.set);
  if (live === undefined) return change("create", inputs.set, { desired });
  const merged = mergeOntoLive(desired, live, inputs.set, inputs.preserved);
  const fields = diffApplications(live, merged);
  if (fields.length === 0) return change("none", inputs.set, { desired: merged, live });
  return change("update", inputs.set, { desired: merged, live, fields });
}

// Only a set that lives on the hub has a uid: without one, the API server's garbage collector would delete what it owns.
function withOwner(app: Application, set: ApplicationSet): Application {
  const { name, uid } = set.metadata;
  if (uid === undefined) return app;
  const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", name, uid };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  return { ...app, metadata: { ...app.metadata, ownerReferences } };
}

function change(
  action: Action,
  set: ApplicationSet,
  parts: { desired?: Application; live?: Application; fields?: readonly FieldChange[] },
): Change {
  const name = (parts.desired ?? parts.live)?.metadata.name ?? "";
  const namespace = set.metadata.namespace ?? "";
  return { action, namespace, name, fields: parts.fields ?? [], ...strip(parts) };
}

function strip(parts: { desired?: Application; live?: Application }): { desired?: Application; live?: Application } {
  return {
    ...(parts.desired === undefined ? {} : { desired: parts.desired }),
    ...(parts.live === undefined ? {} : { live: parts.live }),
  };
}

/** Whether the set is the controller of the Application. By name as ApplicationSet's index does, and by uid where both have one. */
export function isOwnedBy(app: Application, set: ApplicationSet): boolean {
  const owner = controllerOf(app);
  if (owner === undefined || owner.name !== set.metadata.name) return false;
  return owner.uid === undefined || set.metadata.uid === undefined || owner.uid === set.metadata.uid;
}

export interface ControllerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** The ApplicationSet that controls the Application; undefined when none does. */
export function controllerOf(app: Application): ControllerReference | undefined {
  return app.metadata.ownerReferences?.find((reference) => reference.controller === true);
}
