import type { Application } from "../../crds/application.ts";
import { inClusterName, inClusterServer, readClusterSecret } from "../kube/cluster-secret.ts";
import type { HubView } from "./hub-view.ts";

/** Whether the cluster that an Application goes to is registered, or the hub itself. */
export function hasDestination(view: HubView, { spec }: Application): boolean {
  const { name, server } = spec.destination;
  if (name === inClusterName || withoutSlash(server) === inClusterServer) return true;
  for (const secret of view.clusterSecrets.store.values()) {
    const cluster = readClusterSecret(secret);
    if (name ? cluster.name === name : cluster.server === withoutSlash(server)) return true;
  }
  return false;
}

function withoutSlash(server: string | undefined): string {
  return (server ?? "").replace(/\/+$/, "");
}
