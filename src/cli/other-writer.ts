import { FleetError } from "../base/errors.ts";
import type { KubeClient } from "../kube/client.ts";
import { KubeError } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";

/** Another controller writes for the same ApplicationSets. */
export class OtherWriterError extends FleetError {
  readonly reason = "OtherWriter";
  readonly retryable = false;
}

const selector = "app.kubernetes.io/name=argocd-applicationset-controller";

/** Refuses to start where Argo CD's own controller runs: two writers of one set would undo each other's work. */
export async function refuseOtherWriter(hub: KubeClient, namespace: string): Promise<void> {
  const running = (await workloads(hub, namespace)).find((workload) => replicasOf(workload) > 0);
  if (running === undefined) return;
  const object = `Deployment ${namespace}/${running.metadata.name}`;
  throw new OtherWriterError(`${object} writes for the ApplicationSets of this namespace already`, {
    details: {
      object,
      remedy: "scale it to 0, name the sets that are fleetset's with --selector, or give --force-beside",
    },
  });
}

async function workloads(hub: KubeClient, namespace: string): Promise<readonly KubeObject[]> {
  const ref = { group: "apps", version: "v1", plural: "deployments", namespace };
  try {
    return (await hub.list(ref, { labelSelector: selector })).items;
  } catch (error: unknown) {
    // A hub without Deployments, or one that does not let us see them: nothing is known of another writer.
    if (error instanceof KubeError && (error.reason === "NotFound" || error.reason === "Forbidden")) return [];
    throw error;
  }
}

function replicasOf({ spec }: KubeObject): number {
  return (spec as { readonly replicas?: number } | undefined)?.replicas ?? 1;
}
