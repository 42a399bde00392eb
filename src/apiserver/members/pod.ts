import { kubeTime } from "../../base/clock.ts";
import { at, type Fields, fieldsAt, listAt, orElse, textAt } from "../table/fields.ts";
import { type Condition, withTimes } from "./conditions.ts";
import { numberOf, podAddress } from "./names.ts";
import type { SimulatedKind, Situation } from "./simulated.ts";

export const podResource = { group: "", version: "v1", plural: "pods" };

type Stage = "starting" | "running" | "crashing" | "succeeded" | "failed";

/** A pod that is not to be restarted runs to its end. */
function stageOf(pod: unknown, { isDone, isFailing }: Situation): Stage {
  if (!isDone) return "starting";
  const isRestarted = orElse(textAt(pod, "spec", "restartPolicy"), "Always") === "Always";
  if (isRestarted) return isFailing ? "crashing" : "running";
  return isFailing ? "failed" : "succeeded";
}

const phases: { readonly [stage in Stage]: string } = {
  starting: "Pending",
  running: "Running",
  crashing: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
};

function conditions(stage: Stage): readonly Condition[] {
  const isReady = stage === "running";
  const hasStarted = stage !== "starting";
  const reason = stage === "succeeded" ? { reason: "PodCompleted" } : isReady ? {} : { reason: "ContainersNotReady" };
  const ready = (type: string): Condition => ({ type, status: isReady ? "True" : "False", ...reason });
  return [
    { type: "PodReadyToStartContainers", status: hasStarted ? "True" : "False" },
    { type: "Initialized", status: "True" },
    ready("Ready"),
    ready("ContainersReady"),
    { type: "PodScheduled", status: "True" },
  ];
}

function terminated(exitCode: number, at: string): Fields {
  return { terminated: { exitCode, reason: exitCode === 0 ? "Completed" : "Error", startedAt: at, finishedAt: at } };
}

function containerState(stage: Stage, at: string): Fields {
  switch (stage) {
    case "starting":
      return { state: { waiting: { reason: "ContainerCreating" } }, lastState: {}, restartCount: 0 };
    case "running":
      return { state: { running: { startedAt: at } }, lastState: {}, restartCount: 0 };
    case "crashing": {
      const waiting = { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" };
      return { state: { waiting }, lastState: terminated(1, at), restartCount: 3 };
    }
    default:
      return { state: terminated(stage === "failed" ? 1 : 0, at), lastState: {}, restartCount: 0 };
  }
}

function containerStatus(container: unknown, stage: Stage, at: string): Fields {
  const image = textAt(container, "image");
  return {
    name: textAt(container, "name"),
    image,
    imageID: stage === "starting" ? "" : `simulated://${image}`,
    ready: stage === "running",
    started: stage === "running",
    ...containerState(stage, at),
  };
}

function initStatus(container: unknown, at: string): Fields {
  return { ...containerStatus(container, "succeeded", at), ready: true };
}

function status(pod: unknown, situation: Situation): Fields {
  const present = fieldsAt(pod, "status");
  if (!isStarting(pod)) return present;
  const stage = stageOf(pod, situation);
  const key = textAt(pod, "metadata", "uid");
  const startTime = textAt(present, "startTime") || kubeTime(situation.nowMs);
  const address = podAddress(key);
  const inits = listAt(pod, "spec", "initContainers").map((one) => initStatus(one, startTime));
  return {
    phase: phases[stage],
    conditions: withTimes(pod, conditions(stage), situation.nowMs),
    hostIP: hostAddress(situation.nodeName),
    hostIPs: [{ ip: hostAddress(situation.nodeName) }],
    ...(stage === "starting" ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    startTime,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: listAt(pod, "spec", "containers").map((one) =>
      containerStatus(one, stage, kubeTime(situation.nowMs)),
    ),
    qosClass: at(present, "qosClass"),
  };
}

export function hostAddress(nodeName: string): string {
  return `10.0.${numberOf(nodeName, 250)}.1`;
}

function isStarting(pod: unknown): boolean {
  return orElse(textAt(pod, "status", "phase"), "Pending") === "Pending";
}

export const pod: SimulatedKind = {
  resource: podResource,
  kind: "Pod",
  marker: () => "",
  isSettled: (object) => !isStarting(object),
  status,
};
