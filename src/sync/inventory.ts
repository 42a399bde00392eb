import type { Remembered } from "./compare.ts";
import type { ApplicationStatus, ResourceStatus } from "./live-application.ts";
import type { Target } from "./targets.ts";
import { resourceKeyText } from "./tracking.ts";

function keyOfStatus(status: ResourceStatus): Remembered | undefined {
  const { group = "", version = "", kind, namespace = "", name } = status;
  return kind === undefined || name === undefined ? undefined : { group, version, kind, namespace, name };
}

/** The objects that an Application has applied or was about to apply, as its status remembers them over restarts. */
export function inventoryOf(status: ApplicationStatus | undefined): Remembered[] {
  return (status?.resources ?? []).flatMap((resource) => keyOfStatus(resource) ?? []);
}

/** Those that are no longer wanted. */
export function extrasOf(inventory: readonly Remembered[], targets: readonly Target[]): Remembered[] {
  const wanted = new Set(targets.map(({ key }) => resourceKeyText(key)));
  return inventory.filter((remembered) => !wanted.has(resourceKeyText(remembered)));
}

/**
 * The status' resources with all that a sync is about to apply. Written before the first object is, so that whatever is
 * applied when the process dies is known to the next one.
 */
export function withIntent(
  resources: readonly ResourceStatus[] | undefined,
  targets: readonly Target[],
): readonly ResourceStatus[] {
  const known = new Set(
    (resources ?? []).flatMap((resource) => {
      const key = keyOfStatus(resource);
      return key === undefined ? [] : [resourceKeyText(key)];
    }),
  );
  const fresh = targets.filter(({ key }) => !known.has(resourceKeyText(key)));
  if (fresh.length === 0) return resources ?? [];
  return [...(resources ?? []), ...fresh.map(({ key, version }) => missingStatus({ ...key, version }))];
}

function missingStatus(remembered: Remembered): ResourceStatus {
  return { ...resourceFields(remembered), status: "OutOfSync", health: { status: "Missing" } };
}

/** The naming part of a resource's status: what is empty is left out. */
export function resourceFields({ group, version, kind, namespace, name }: Remembered): ResourceStatus {
  return {
    ...(group === "" ? {} : { group }),
    version,
    kind,
    ...(namespace === "" ? {} : { namespace }),
    name,
  };
}
