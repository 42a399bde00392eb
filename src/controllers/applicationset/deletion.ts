import pLimit from "p-limit";
import { keyOf } from "../../kube/objects.ts";
import { mayDelete, policyOf } from "../../plan/policy.ts";
import type { HubView, LiveSet } from "../hub-view.ts";
import { applicationSets, applications, bySet } from "../hub-view.ts";

const finalizer = "resources-finalizer.argocd.argoproj.io";
const atOnce = 32;

/**
 * Finishes the deletion of a set. Its Applications go by the API server's garbage collection, unless the set's policy
 * keeps them: then they are orphaned first, which only the set's finalizer gives time for.
 */
export async function finishDeletion(view: HubView, set: LiveSet): Promise<void> {
  const finalizers = set.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  if (!mayDelete(policyOf(set))) await orphanApplications(view, set);
  const { name, namespace, uid, resourceVersion } = set.metadata;
  const kept = finalizers.filter((each) => each !== finalizer);
  const ref = { ...applicationSets, namespace: namespace ?? view.namespace, name };
  await view.client.patch(ref, { kind: "merge", body: { metadata: { uid, resourceVersion, finalizers: kept } } });
}

async function orphanApplications(view: HubView, set: LiveSet): Promise<void> {
  const limit = pLimit(atOnce);
  const owned = view.applications.store.find(bySet, keyOf(set));
  await Promise.all(
    owned.map(({ metadata }) =>
      limit(() => {
        const ref = { ...applications, namespace: metadata.namespace ?? view.namespace, name: metadata.name };
        return view.client.patch(ref, {
          kind: "merge",
          body: { metadata: { uid: metadata.uid, ownerReferences: null } },
        });
      }),
    ),
  );
}
