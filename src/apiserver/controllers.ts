import { RoleAggregator } from "./auth/aggregation.ts";
import { bootstrapPolicy } from "./auth/bootstrap-policy.ts";
import type { LogicalCluster } from "./cluster.ts";
import { CrdController } from "./crds/controller.ts";
import { bootstrapCluster, startServiceAccounts } from "./gc/bootstrap.ts";
import { GarbageCollector } from "./gc/collector.ts";
import { NamespaceController } from "./gc/namespaces.ts";
import type { ControllerOptions } from "./gc/work-queue.ts";

export interface ClusterControllers {
  stop(): void;
}

/** Starts what a cluster does of its own accord. CRDs come first: the others look at their kinds. */
export function startControllers(cluster: LogicalCluster, options: ControllerOptions): ClusterControllers {
  const crds = new CrdController(cluster, options);
  bootstrapCluster(cluster);
  bootstrapPolicy(cluster);
  const stopAccounts = startServiceAccounts(cluster);
  const roles = new RoleAggregator(cluster, options);
  const namespaces = new NamespaceController(cluster, options);
  const collector = new GarbageCollector(cluster, options);
  return {
    stop() {
      stopAccounts();
      roles.stop();
      namespaces.stop();
      collector.stop();
      crds.stop();
    },
  };
}
