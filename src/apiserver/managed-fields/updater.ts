import type { Atom } from "./atom.ts";
import { type Comparison, compare, noChange } from "./compare.ts";
import { ApplyConflicts, type ManagerConflict } from "./conflicts.ts";
import { difference, type FieldSet, intersection, isEmptySet, recursiveDifference, union } from "./field-set.ts";
import { type JsonMap, jsonEqual } from "./json.ts";
import { type ManagerEntry, type Managers, withoutEmpty } from "./managers.ts";
import { mergeApplied } from "./merge.ts";
import { prune } from "./prune.ts";
import { toFieldSet } from "./to-field-set.ts";
import type { VersionTypes } from "./version-types.ts";

/** What an update changed, per version of the kind, with the ignored fields left out. */
class VersionedComparison {
  readonly #types: VersionTypes;
  readonly #live: JsonMap;
  readonly #next: JsonMap;
  readonly #byAtom = new Map<Atom, Comparison>();

  constructor(types: VersionTypes, live: JsonMap, next: JsonMap) {
    this.#types = types;
    this.#live = live;
    this.#next = next;
  }

  at(atom: Atom): Comparison {
    let comparison = this.#byAtom.get(atom);
    if (comparison === undefined) {
      comparison = withoutFields(compare(this.#live, this.#next, atom), this.#types.ignored);
      this.#byAtom.set(atom, comparison);
    }
    return comparison;
  }
}

function withoutFields(comparison: Comparison, ignored: FieldSet): Comparison {
  if (comparison === noChange || isEmptySet(ignored)) return comparison;
  return {
    added: recursiveDifference(comparison.added, ignored),
    modified: recursiveDifference(comparison.modified, ignored),
    removed: recursiveDifference(comparison.removed, ignored),
  };
}

interface Change {
  readonly types: VersionTypes;
  readonly live: JsonMap;
  readonly next: JsonMap;
  /** The identity that makes the change: its own entry takes no part in conflicts. */
  readonly self: string;
  readonly force: boolean;
}

/** Takes from all other managers what the change took from them; throws `ApplyConflicts` when it may not. */
function takeFromOthers(change: Change, managers: Managers): [Managers, Comparison] {
  const compared = new VersionedComparison(change.types, change.live, change.next);
  const conflicts: ManagerConflict[] = [];
  const left = new Map<string, ManagerEntry>();
  for (const [id, entry] of managers) {
    const atom = id === change.self ? change.types.atom : change.types.atomAt(entry.apiVersion);
    if (atom === undefined) continue;
    if (id === change.self) left.set(id, entry);
    else left.set(id, lessChanges(entry, compared.at(atom), conflicts));
  }
  if (!change.force && conflicts.length > 0) throw new ApplyConflicts(conflicts);
  return [withoutEmpty(left), compared.at(change.types.atom)];
}

function lessChanges(entry: ManagerEntry, changed: Comparison, conflicts: ManagerConflict[]): ManagerEntry {
  let { fields } = entry;
  const taken = intersection(fields, union(changed.modified, changed.added));
  if (!isEmptySet(taken)) {
    conflicts.push({ entry, fields: taken });
    fields = difference(fields, taken);
  }
  if (!isEmptySet(changed.removed)) fields = difference(fields, changed.removed);
  return fields === entry.fields ? entry : { ...entry, fields };
}

/**
 * The owners after a plain write (create, update, patch): the writer owns what it changed. The result holds the writer's
 * change under `self` alone, apart from what it owned before.
 */
export function ownersAfterUpdate(
  types: VersionTypes,
  live: JsonMap,
  next: JsonMap,
  managers: Managers,
): { readonly others: Managers; readonly changed: FieldSet } {
  const change = { types, live, next, self: "", force: true };
  const [others, comparison] = takeFromOthers(change, managers);
  const changed = union(comparison.modified, comparison.added);
  return { others, changed: recursiveDifference(changed, types.ignored) };
}

export interface Applied {
  /** Undefined when the apply changed no value. */
  readonly next: JsonMap | undefined;
  readonly managers: Managers;
}

/** Merges an applied configuration and settles who owns what. `applier` is the entry to be, without its fields. */
export function applyConfiguration(
  types: VersionTypes,
  live: JsonMap,
  config: JsonMap,
  managers: Managers,
  applier: { readonly id: string; readonly entry: ManagerEntry; readonly force: boolean },
): Applied {
  const merged = mergeApplied(live, config, types.atom);
  const fields = recursiveDifference(toFieldSet(config, types.atom), types.ignored);
  const last = managers.get(applier.id);
  const owners = new Map(managers);
  owners.set(applier.id, { ...applier.entry, fields, time: last?.time });
  const next = prune(types, merged, owners, last, fields);
  const change = { types, live, next, self: applier.id, force: applier.force };
  const [settled] = takeFromOthers(change, owners);
  return { next: jsonEqual(live, next) ? undefined : next, managers: settled };
}
