import type { KubeObject } from "../../kube/objects.ts";
import type { Health } from "./health.ts";
import { at, conditionsOf, degraded, healthy, listAt, numberAt, progressing, textAt } from "./health.ts";

const failing = /^Err|Error$|BackOff$/;
const hookAnnotation = "argocd.argoproj.io/hook";

export function podHealth(object: KubeObject): Health {
  const always = (textAt(object, "spec", "restartPolicy") ?? "Always") === "Always";
  const containers = [
    ...listAt(object, "status", "initContainerStatuses"),
    ...listAt(object, "status", "containerStatuses"),
  ];
  if (always) {
    const stuck = containers.find((container) => failing.test(textAt(container, "state", "waiting", "reason") ?? ""));
    if (stuck !== undefined) {
      const reason = textAt(stuck, "state", "waiting", "reason") ?? "";
      return degraded(textAt(stuck, "state", "waiting", "message") ?? reason);
    }
  }
  const message = textAt(object, "status", "message");
  switch (textAt(object, "status", "phase")) {
    case "Pending":
      return { status: "Progressing", ...(message === undefined ? {} : { message }) };
    case "Succeeded":
      return healthy;
    case "Failed":
      return degraded(message ?? failureOf(containers));
    case "Running":
      return runningHealth(object, always, containers);
    default:
      return { status: "Unknown", ...(message === undefined ? {} : { message }) };
  }
}

function runningHealth(object: KubeObject, always: boolean, containers: readonly unknown[]): Health {
  // A pod that is to end counts as done only when it has.
  if (!always)
    return Object.hasOwn(object.metadata.annotations ?? {}, hookAnnotation) ? healthy : progressing("running");
  const isReady = conditionsOf(object).some(({ type, status }) => type === "Ready" && status === "True");
  if (isReady) return healthy;
  const ended = containers.find((container) => at(container, "lastState", "terminated") !== undefined);
  if (ended !== undefined)
    return degraded(textAt(ended, "lastState", "terminated", "message") ?? "a container terminated");
  return progressing("not ready");
}

function failureOf(containers: readonly unknown[]): string {
  for (const container of containers) {
    const code = numberAt(container, "state", "terminated", "exitCode");
    const name = textAt(container, "name") ?? "";
    if (textAt(container, "state", "terminated", "reason") === "OOMKilled")
      return `container ${name} ran out of memory`;
    if (code !== undefined && code !== 0) return `container ${name} failed with exit code ${code}`;
  }
  return "";
}
