import type { Atom } from "./atom.ts";
import { difference, type FieldSet, intersection, isEmptySet, noFields, union } from "./field-set.ts";
import type { JsonMap } from "./json.ts";
import type { ManagerEntry, Managers } from "./managers.ts";
import { removeFields, withNamedParents } from "./remove.ts";
import { toFieldSet } from "./to-field-set.ts";
import type { VersionTypes } from "./version-types.ts";

/**
 * Takes out of the merged object what this applier applied last time, does not apply now, and nobody else owns.
 * What nobody ever applied (defaults, fields of controllers without an entry) stays.
 */
export function prune(
  types: VersionTypes,
  merged: JsonMap,
  owners: Managers,
  last: ManagerEntry | undefined,
  applied: FieldSet,
): JsonMap {
  if (last === undefined || isEmptySet(difference(last.fields, applied))) return merged;
  const atom = types.atomAt(last.apiVersion);
  if (atom === undefined) return merged;
  const lastOwned = withNamedParents(last.fields, atom);
  const bare = removeFields(merged, lastOwned, atom);
  const owned = addBackOwned(types, merged, bare, owners);
  return addBackDangling(merged, owned, lastOwned, atom);
}

/** Gives back what any manager, or the new configuration, owns; version by version. */
function addBackOwned(types: VersionTypes, merged: JsonMap, bare: JsonMap, owners: Managers): JsonMap {
  let pruned = bare;
  for (const [atom, managed] of ownedByType(types, owners)) {
    const keep = union(named(pruned, atom), withNamedParents(managed, atom));
    pruned = removeFields(merged, difference(named(merged, atom), keep), atom);
  }
  return pruned;
}

function ownedByType(types: VersionTypes, owners: Managers): Map<Atom, FieldSet> {
  const owned = new Map<Atom, FieldSet>();
  for (const entry of owners.values()) {
    const atom = types.atomAt(entry.apiVersion);
    if (atom !== undefined) owned.set(atom, union(owned.get(atom) ?? noFields, entry.fields));
  }
  return owned;
}

/** Gives back what went only because it lay inside something removed, though the applier never owned it. */
function addBackDangling(merged: JsonMap, pruned: JsonMap, last: FieldSet, atom: Atom): JsonMap {
  const gone = difference(named(merged, atom), named(pruned, atom));
  return removeFields(merged, intersection(gone, last), atom);
}

function named(value: JsonMap, atom: Atom): FieldSet {
  return withNamedParents(toFieldSet(value, atom), atom);
}
