import type { LogicalCluster } from "../cluster.ts";
import type { Kind, Subresource } from "../kinds/kind.ts";
import { trackWrite } from "../managed-fields/field-manager.ts";
import type { KubeObject } from "../resources.ts";
import { writeContext } from "../verbs/write-request.ts";
import { systemRequest } from "./bootstrap.ts";

interface ControllerWrite {
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  readonly live: KubeObject;
  readonly next: KubeObject;
  readonly subresource?: Subresource;
}

/** Stores a change that Kubernetes' controllers make, with its owner; nothing of it is refused. */
export function writeAsController({ cluster, kind, live, next, subresource = "" }: ControllerWrite): void {
  const namespace = live.metadata?.namespace ?? "";
  const request = { ...systemRequest(cluster, kind, namespace), manager: "kube-controller-manager", subresource };
  cluster.store.put(kind.resource, trackWrite(live, next, writeContext(request)));
}
