import type { Clock } from "../../base/clock.ts";
import { isNotFound } from "../../kube/errors.ts";
import { keyOf } from "../../kube/objects.ts";
import { mergePatch } from "../../kube/patch.ts";
import type { HubView, LiveSet } from "../hub-view.ts";
import { applicationSets, bySet } from "../hub-view.ts";
import { refreshAnnotation } from "./annotations.ts";
import type { SetReport } from "./status.ts";
import { statusAfter } from "./status.ts";

/** Writes the set's status where it differs. Without a report only the list of Applications is brought up to date. */
export async function storeStatus(
  view: HubView,
  set: LiveSet,
  report: SetReport | undefined,
  clock: Clock,
): Promise<void> {
  const stored = view.sets.store.get(keyOf(set)) ?? set;
  const apps = view.applications.store.find(bySet, keyOf(set));
  const patch = mergePatch({ status: stored.status ?? {} }, { status: statusAfter(stored, apps, report, clock) });
  if (patch === undefined) return;
  await patchSet(view, set, patch, "status");
}

/** Takes the refresh request away once the set has been looked at in full. */
export async function dropRefreshRequest(view: HubView, set: LiveSet): Promise<void> {
  if (set.metadata.annotations?.[refreshAnnotation] === undefined) return;
  await patchSet(view, set, { metadata: { annotations: { [refreshAnnotation]: null } } });
}

async function patchSet(view: HubView, set: LiveSet, body: object, subresource?: string): Promise<void> {
  const { name, namespace } = set.metadata;
  const ref = { ...applicationSets, namespace: namespace ?? view.namespace, name };
  try {
    const written = await view.client.patch<LiveSet>(subresource === undefined ? ref : { ...ref, subresource }, {
      kind: "merge",
      body,
    });
    view.sets.remember(written);
  } catch (error: unknown) {
    // A set that was deleted meanwhile needs no status.
    if (!isNotFound(error)) throw error;
  }
}
