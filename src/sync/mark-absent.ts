import pLimit from "p-limit";
import { kubeTime } from "../base/clock.ts";
import { isNotFound } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";
import { absentAnnotation } from "../plan/grace.ts";
import type { Change } from "../plan/plan.ts";
import type { ApplyPlanOptions } from "./apply-plan.ts";
import { applications } from "./live-application.ts";

/** Writes on Applications since when they are no longer generated, so that their grace outlives a restart. */
export async function markAbsent(changes: readonly Change[], options: ApplyPlanOptions, nowMs: number): Promise<void> {
  const limit = pLimit(options.concurrency ?? 32);
  await Promise.all(changes.map((change) => limit(() => mark(change, options, nowMs))));
}

async function mark({ namespace, name, live }: Change, options: ApplyPlanOptions, nowMs: number): Promise<void> {
  const body = { metadata: { uid: live?.metadata.uid, annotations: { [absentAnnotation]: kubeTime(nowMs) } } };
  try {
    const marked = await options.hub.patch<KubeObject>({ ...applications, namespace, name }, { kind: "merge", body });
    options.onWritten?.(marked);
  } catch (error: unknown) {
    // Gone already is what it was marked for.
    if (!isNotFound(error)) throw error;
  }
}
