import { humanDuration, since } from "./age.ts";
import { at, fieldsAt, listAt, numberAt, orElse, textAt } from "./fields.ts";
import { formatLabels, formatSelector, selectorText } from "./selector.ts";

export type Cells = (object: unknown, now: number) => unknown[];

export function name(object: unknown): string {
  return textAt(object, "metadata", "name");
}

export function age(object: unknown, now: number): string {
  return since(at(object, "metadata", "creationTimestamp"), now);
}

/** Names and images of a pod template's containers, one cell each. */
export function containerCells(...path: readonly string[]): (object: unknown) => [string, string] {
  return (object) => {
    const containers = listAt(object, ...path, "spec", "containers");
    return [
      containers.map((one) => textAt(one, "name")).join(","),
      containers.map((one) => textAt(one, "image")).join(","),
    ];
  };
}

const containers = containerCells("spec", "template");

const deployment: Cells = (object, now) => [
  name(object),
  `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
  numberAt(object, "status", "updatedReplicas"),
  numberAt(object, "status", "availableReplicas"),
  age(object, now),
  ...containers(object),
  selectorText(object),
];

const replicas: Cells = (object, now) => [
  name(object),
  numberAt(object, "spec", "replicas"),
  numberAt(object, "status", "replicas"),
  numberAt(object, "status", "readyReplicas"),
  age(object, now),
  ...containers(object),
];

const daemonSet: Cells = (object, now) => [
  name(object),
  numberAt(object, "status", "desiredNumberScheduled"),
  numberAt(object, "status", "currentNumberScheduled"),
  numberAt(object, "status", "numberReady"),
  numberAt(object, "status", "updatedNumberScheduled"),
  numberAt(object, "status", "numberAvailable"),
  formatLabels(fieldsAt(object, "spec", "template", "spec", "nodeSelector")),
  age(object, now),
  ...containers(object),
  formatSelector(at(object, "spec", "selector")),
];

const statefulSet: Cells = (object, now) => [
  name(object),
  `${numberAt(object, "status", "readyReplicas")}/${numberAt(object, "spec", "replicas")}`,
  age(object, now),
  ...containers(object),
];

function completions(job: unknown): string {
  const succeeded = numberAt(job, "status", "succeeded");
  const wanted = at(job, "spec", "completions");
  if (typeof wanted === "number") return `${succeeded}/${wanted}`;
  const parallelism = numberAt(job, "spec", "parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: unknown, now: number): string {
  const start = Date.parse(textAt(job, "status", "startTime"));
  if (Number.isNaN(start)) return "";
  const end = Date.parse(textAt(job, "status", "completionTime"));
  return humanDuration((Number.isNaN(end) ? now : end) - start);
}

function jobStatus(job: unknown): string {
  const holds = (type: string) =>
    listAt(job, "status", "conditions").some(
      (condition) => textAt(condition, "type") === type && textAt(condition, "status") === "True",
    );
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (at(job, "metadata", "deletionTimestamp") !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(holds) ?? "Running";
}

const job: Cells = (object, now) => [
  name(object),
  jobStatus(object),
  completions(object),
  jobDuration(object, now),
  age(object, now),
  ...containers(object),
  formatSelector(at(object, "spec", "selector")),
];

const cronJobContainers = containerCells("spec", "jobTemplate", "spec", "template");

const cronJob: Cells = (object, now) => {
  const last = at(object, "status", "lastScheduleTime");
  return [
    name(object),
    textAt(object, "spec", "schedule"),
    orElse(textAt(object, "spec", "timeZone"), "<none>"),
    at(object, "spec", "suspend") === true ? "True" : at(object, "spec", "suspend") === false ? "False" : "<unset>",
    listAt(object, "status", "active").length,
    last === undefined ? "<none>" : since(last, now),
    age(object, now),
    ...cronJobContainers(object),
    formatSelector(at(object, "spec", "jobTemplate", "spec", "selector")),
  ];
};

const controllerRevision: Cells = (object, now) => {
  const owner = listAt(object, "metadata", "ownerReferences").find((one) => at(one, "controller") === true);
  const group = textAt(owner, "apiVersion").split("/").reverse()[1];
  const kind = [textAt(owner, "kind"), ...(group === undefined ? [] : [group])].join(".").toLowerCase();
  const controller = owner === undefined ? "<none>" : `${kind}/${textAt(owner, "name")}`;
  return [name(object), controller, numberAt(object, "revision"), age(object, now)];
};

function quantityText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "<unknown>";
}

/** One metric of an autoscaler: where it is, a slash, and where it should be. */
function metric(spec: unknown, status: unknown): string {
  const type = textAt(spec, "type");
  const source = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const target = fieldsAt(spec, source, "target");
  const current = fieldsAt(status, source, "current");
  const prefix = type === "Resource" || type === "ContainerResource" ? `${textAt(spec, source, "name")}: ` : "";
  const average = target.averageValue;
  if (average !== undefined) {
    const suffix = type === "External" || type === "Object" ? " (avg)" : "";
    return `${prefix}${quantityText(current.averageValue)}/${quantityText(average)}${suffix}`;
  }
  if (prefix === "") return `${quantityText(current.value)}/${quantityText(target.value)}`;
  const percent = (value: unknown, none: string) => (typeof value === "number" ? `${value}%` : none);
  const now = percent(current.averageUtilization, "<unknown>");
  return `${prefix}${now}/${percent(target.averageUtilization, "<auto>")}`;
}

function metrics(object: unknown): string {
  const specs = listAt(object, "spec", "metrics");
  if (specs.length === 0) return "<none>";
  const statuses = listAt(object, "status", "currentMetrics");
  const shown = specs.slice(0, 2).map((spec, index) => metric(spec, statuses[index]));
  return specs.length > 2 ? `${shown.join(", ")} + ${specs.length - 2} more...` : shown.join(", ");
}

const autoscaler: Cells = (object, now) => [
  name(object),
  `${textAt(object, "spec", "scaleTargetRef", "kind")}/${textAt(object, "spec", "scaleTargetRef", "name")}`,
  metrics(object),
  orElse(textAt(object, "spec", "minReplicas"), "<unset>"),
  numberAt(object, "spec", "maxReplicas"),
  numberAt(object, "status", "currentReplicas"),
  age(object, now),
];

const disruptionBudget: Cells = (object, now) => [
  name(object),
  orElse(textAt(object, "spec", "minAvailable"), "N/A"),
  orElse(textAt(object, "spec", "maxUnavailable"), "N/A"),
  numberAt(object, "status", "disruptionsAllowed"),
  age(object, now),
];

const podTemplateContainers = containerCells("template");

export const workloadCells: { readonly [groupKind: string]: Cells } = {
  "Deployment.apps": deployment,
  "ReplicaSet.apps": (object, now) => [...replicas(object, now), formatSelector(at(object, "spec", "selector"))],
  "ReplicationController.": (object, now) => [
    ...replicas(object, now),
    formatLabels(fieldsAt(object, "spec", "selector")),
  ],
  "DaemonSet.apps": daemonSet,
  "StatefulSet.apps": statefulSet,
  "Job.batch": job,
  "CronJob.batch": cronJob,
  "ControllerRevision.apps": controllerRevision,
  "HorizontalPodAutoscaler.autoscaling": autoscaler,
  "PodDisruptionBudget.policy": disruptionBudget,
  "PodTemplate.": (object) => [
    name(object),
    ...podTemplateContainers(object),
    formatLabels(fieldsAt(object, "template", "metadata", "labels")),
  ],
};
