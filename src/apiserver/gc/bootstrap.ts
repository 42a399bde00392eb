import type { LogicalCluster } from "../cluster.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubeObject } from "../resources.ts";
import { createObject } from "../verbs/create.ts";
import type { WriteRequest } from "../verbs/write-request.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** What every cluster has from the start: its namespaces. */
export function bootstrapCluster(cluster: LogicalCluster): void {
  const definition = cluster.registry.byResource("", "v1", "namespaces");
  if (definition === undefined) return;
  const kind = cluster.kind(definition);
  for (const name of namespaces) {
    if (cluster.store.get(kind.resource, "", name) !== undefined) continue;
    createObject(systemRequest(cluster, kind, ""), { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
}

/** A write that the server makes of its own accord. */
export function systemRequest(cluster: LogicalCluster, kind: Kind, namespace: string): WriteRequest {
  return {
    cluster,
    kind,
    namespace,
    name: "",
    subresource: "",
    manager: "kube-apiserver",
    dryRun: false,
    fieldValidation: "Ignore",
    warn: () => undefined,
  };
}

/** Gives every namespace the service account `default`, as Kubernetes does. */
export function startServiceAccounts(cluster: LogicalCluster): () => void {
  const definition = cluster.registry.byResource("", "v1", "serviceaccounts");
  if (definition === undefined) return () => undefined;
  const kind = cluster.kind(definition);
  const ensure = (namespace: string): void => {
    if (cluster.store.get(kind.resource, namespace, "default") !== undefined) return;
    const request = { ...systemRequest(cluster, kind, namespace), manager: "" };
    createObject(request, defaultAccount);
  };
  for (const { name } of cluster.store.list("/namespaces")) ensure(name);
  return cluster.store.listen("/namespaces", ({ type, object }) => {
    if (type === "ADDED") ensure(object.name);
  });
}

const defaultAccount: KubeObject = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
