import { ignoreNotFound } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";
import type { ApplyContext, TaskResult } from "./apply.ts";
import { failed } from "./apply.ts";
import { contains } from "./contains.ts";
import type { LiveApplication } from "./live-application.ts";

const namespaces = { group: "", version: "v1", plural: "namespaces" } as const;

/** A manager of its own: the labels that an Application gives the namespace are not fields of its objects. */
const namespaceManager = "argocd-controller-namespace";

/**
 * Makes the destination's namespace where the sync option CreateNamespace=true asks for it, with the labels and annotations
 * of `managedNamespaceMetadata`. It carries no tracking, so that it is never pruned. Undefined when there is nothing to do.
 */
export async function ensureNamespace(app: LiveApplication, context: ApplyContext): Promise<TaskResult | undefined> {
  const name = app.spec.destination.namespace ?? "";
  if (context.options.get("CreateNamespace") !== "true" || name === "") return undefined;
  const { member, signal, dryRun } = context;
  const key = { group: "", kind: "Namespace", namespace: "", name };
  const ref = { ...namespaces, name };
  const wanted = namespaceObject(name, app);
  let live: KubeObject | undefined;
  try {
    live = await member.run(() => ignoreNotFound(member.client.get(ref, { signal })));
    if (live !== undefined && contains(live, wanted)) return undefined;
    const options = { fieldManager: namespaceManager, force: true, dryRun, signal };
    const made = await member.run(() => member.client.patch(ref, { kind: "apply", body: wanted }, options));
    const message = live === undefined ? `namespace/${name} created` : `namespace/${name} configured`;
    return { key, version: "v1", status: "Synced", message, live: made, retryable: false };
  } catch (error: unknown) {
    const comparison = {
      key,
      version: "v1",
      verdict: "missing",
      live,
      target: undefined,
      resource: undefined,
    } as const;
    return failed(comparison, error);
  }
}

function namespaceObject(name: string, app: LiveApplication): KubeObject {
  const { labels, annotations } = app.spec.syncPolicy?.managedNamespaceMetadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
  };
}
