import { jsonEqual } from "../managed-fields/json.ts";
import { withMetadata } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";

const annotation = "deprecated.daemonset.template.generation";

/** A DaemonSet counts the changes of its pod template in an annotation, which clients cannot set. */
export function countTemplates(object: KubeObject, previous: KubeObject | undefined): KubeObject {
  const before = Number(previous?.metadata?.annotations?.[annotation] ?? 0);
  const isNew = previous === undefined || !jsonEqual(templateOf(object), templateOf(previous));
  const count = String(isNew ? before + 1 : before);
  if (object.metadata?.annotations?.[annotation] === count) return object;
  return withMetadata(object, { annotations: { ...object.metadata?.annotations, [annotation]: count } });
}

function templateOf({ spec }: KubeObject): unknown {
  return (spec as { readonly template?: unknown } | undefined)?.template;
}
