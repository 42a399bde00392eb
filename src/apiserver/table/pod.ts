import { since } from "./age.ts";
import { at, type Fields, fieldsAt, isFields, listAt, numberAt, orElse, textAt } from "./fields.ts";

/** What the containers of a pod add up to, in the words of `kubectl get pods`. */
interface Tally {
  reason: string;
  ready: number;
  restarts: number;
  lastRestart: string;
}

function restartable(container: unknown): boolean {
  return textAt(container, "restartPolicy") === "Always";
}

function countRestart(tally: Tally, status: unknown): void {
  tally.restarts += numberAt(status, "restartCount");
  const finishedAt = textAt(status, "lastState", "terminated", "finishedAt");
  if (finishedAt > tally.lastRestart) tally.lastRestart = finishedAt;
}

function terminatedReason(terminated: Fields): string {
  const signal = numberAt(terminated, "signal");
  const code = signal === 0 ? `ExitCode:${numberAt(terminated, "exitCode")}` : `Signal:${signal}`;
  return orElse(textAt(terminated, "reason"), code);
}

/** The reason an init container holds the pod back for, if it does. */
function initReason(status: unknown, index: number, count: number): string {
  const terminated = at(status, "state", "terminated");
  if (isFields(terminated)) return `Init:${terminatedReason(terminated)}`;
  const waiting = textAt(status, "state", "waiting", "reason");
  return waiting === "" || waiting === "PodInitializing" ? `Init:${index}/${count}` : `Init:${waiting}`;
}

/** Reads the init containers up to the one that is not through; sidecars among them count like containers. */
function tallyInit(pod: unknown, tally: Tally, sidecars: Tally): boolean {
  const containers = listAt(pod, "spec", "initContainers");
  const byName = new Map(containers.map((container) => [textAt(container, "name"), container]));
  for (const [index, status] of listAt(pod, "status", "initContainerStatuses").entries()) {
    const isSidecar = restartable(byName.get(textAt(status, "name")));
    countRestart(tally, status);
    if (isSidecar) countRestart(sidecars, status);
    const terminated = at(status, "state", "terminated");
    if (isFields(terminated) && numberAt(terminated, "exitCode") === 0) continue;
    if (isSidecar && at(status, "started") === true) {
      if (at(status, "ready") === true) tally.ready++;
      continue;
    }
    tally.reason = initReason(status, index, containers.length);
    return true;
  }
  return false;
}

function hasCondition(pod: unknown, type: string): boolean {
  return listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === type && textAt(condition, "status") === "True",
  );
}

function tallyContainers(pod: unknown, tally: Tally): void {
  let hasRunning = false;
  let errorReason = "";
  for (const status of [...listAt(pod, "status", "containerStatuses")].reverse()) {
    countRestart(tally, status);
    const terminated = at(status, "state", "terminated");
    const waiting = textAt(status, "state", "waiting", "reason");
    if (waiting !== "") tally.reason = waiting;
    else if (isFields(terminated)) {
      tally.reason = terminatedReason(terminated);
      if (numberAt(terminated, "exitCode") !== 0) errorReason = tally.reason;
    } else if (at(status, "ready") === true && isFields(at(status, "state", "running"))) {
      hasRunning = true;
      tally.ready++;
    }
  }
  if (tally.reason !== "Completed") return;
  if (hasRunning && hasCondition(pod, "Ready")) tally.reason = "Running";
  else if (errorReason !== "") tally.reason = errorReason;
  else if (hasRunning) tally.reason = "NotReady";
}

function firstReason(pod: unknown): string {
  const gated = listAt(pod, "status", "conditions").some(
    (one) => textAt(one, "type") === "PodScheduled" && textAt(one, "reason") === "SchedulingGated",
  );
  if (gated) return "SchedulingGated";
  return orElse(textAt(pod, "status", "reason"), textAt(pod, "status", "phase"));
}

function tallyOf(pod: unknown): Tally {
  const tally: Tally = { reason: firstReason(pod), ready: 0, restarts: 0, lastRestart: "" };
  const sidecars: Tally = { reason: "", ready: 0, restarts: 0, lastRestart: "" };
  const isInitializing = tallyInit(pod, tally, sidecars);
  if (!isInitializing || hasCondition(pod, "Initialized")) {
    tally.restarts = sidecars.restarts;
    tally.lastRestart = sidecars.lastRestart;
    tallyContainers(pod, tally);
  }
  const phase = textAt(pod, "status", "phase");
  if (at(pod, "metadata", "deletionTimestamp") !== undefined) {
    if (textAt(pod, "status", "reason") === "NodeLost") tally.reason = "Unknown";
    else if (phase !== "Succeeded" && phase !== "Failed") tally.reason = "Terminating";
  }
  return tally;
}

function readinessGates(pod: unknown): string {
  const gates = listAt(pod, "spec", "readinessGates");
  if (gates.length === 0) return "<none>";
  const met = gates.filter((gate) => hasCondition(pod, textAt(gate, "conditionType")));
  return `${met.length}/${gates.length}`;
}

export function podCells(pod: unknown, now: number): unknown[] {
  const { reason, ready, restarts, lastRestart } = tallyOf(pod);
  const sidecars = listAt(pod, "spec", "initContainers").filter(restartable).length;
  const total = listAt(pod, "spec", "containers").length + sidecars;
  const [address] = listAt(pod, "status", "podIPs");
  return [
    textAt(pod, "metadata", "name"),
    `${ready}/${total}`,
    reason,
    restarts !== 0 && lastRestart !== "" ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts),
    since(at(pod, "metadata", "creationTimestamp"), now),
    orElse(textAt(address, "ip"), "<none>"),
    orElse(textAt(pod, "spec", "nodeName"), "<none>"),
    orElse(textAt(pod, "status", "nominatedNodeName"), "<none>"),
    readinessGates(pod),
  ];
}

const rowConditions: { readonly [phase: string]: string } = {
  Succeeded: "The pod has completed successfully.",
  Failed: "The pod failed.",
};

/** Marks rows of pods that are done, which kubectl can leave out. */
export function podRowConditions(pod: unknown): readonly object[] | undefined {
  const reason = textAt(fieldsAt(pod, "status"), "phase");
  const message = Object.hasOwn(rowConditions, reason) ? rowConditions[reason] : undefined;
  return message === undefined ? undefined : [{ type: "Completed", status: "True", reason, message }];
}
