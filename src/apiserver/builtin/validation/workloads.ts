import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt, textAt } from "../../table/fields.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "../../validation/field-error.ts";
import { notNegative, oneOf } from "./checks.ts";
import { podTemplateErrors } from "./pod.ts";
import { workloadSelectorErrors } from "./selector.ts";

export type Validate = (object: unknown, previous: unknown) => readonly FieldError[];

const immutable = "field is immutable";

/** Pods of a workload that replaces them are always restarted. */
function alwaysRestarted(object: unknown): FieldError[] {
  const path = "spec.template.spec.restartPolicy";
  const policy = textAt(object, "spec", "template", "spec", "restartPolicy");
  return policy === "" || policy === "Always" ? [] : [notSupported(path, policy, ["Always"])];
}

function template(object: unknown): FieldError[] {
  const errors = podTemplateErrors(at(object, "spec", "template"), "spec.template");
  const isUnknown = errors.some(({ field }) => field === "spec.template.spec.restartPolicy");
  return isUnknown ? errors : [...errors, ...alwaysRestarted(object)];
}

function unchanged(object: unknown, previous: unknown, ...path: readonly string[]): FieldError[] {
  if (previous === undefined) return [];
  const [now, before] = [at(object, ...path), at(previous, ...path)];
  return isDeepStrictEqual(now, before) ? [] : [invalid(path.join("."), now, immutable)];
}

function numbers(object: unknown, ...names: readonly string[]): FieldError[] {
  return names.flatMap((name) => notNegative(at(object, "spec", name), `spec.${name}`));
}

function isZero(value: unknown): boolean {
  return value === 0 || value === "0%";
}

function strategyErrors(object: unknown): FieldError[] {
  const strategy = fieldsAt(object, "spec", "strategy");
  const type = textAt(strategy, "type");
  const rolling = at(strategy, "rollingUpdate");
  const path = "spec.strategy";
  if (type === "Recreate" && rolling !== undefined)
    return [forbiddenField(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  if (type !== "Recreate" && type !== "RollingUpdate")
    return [notSupported(path, { Type: type, RollingUpdate: rolling ?? null }, ["Recreate", "RollingUpdate"])];
  if (!isZero(at(rolling, "maxSurge")) || !isZero(at(rolling, "maxUnavailable"))) return [];
  return [
    invalid(`${path}.rollingUpdate.maxUnavailable`, at(rolling, "maxUnavailable"), "may not be 0 when `maxSurge` is 0"),
  ];
}

function deadlineErrors(object: unknown): FieldError[] {
  const deadline = at(object, "spec", "progressDeadlineSeconds");
  const ready = at(object, "spec", "minReadySeconds") ?? 0;
  if (typeof deadline !== "number" || typeof ready !== "number" || deadline > ready) return [];
  return [invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")];
}

const deployment: Validate = (object, previous) => [
  ...numbers(object, "replicas"),
  ...workloadSelectorErrors(object, "deployment"),
  ...template(object),
  ...strategyErrors(object),
  ...numbers(object, "minReadySeconds", "revisionHistoryLimit"),
  ...deadlineErrors(object),
  ...unchanged(object, previous, "spec", "selector"),
];

const replicaSet: Validate = (object, previous) => [
  ...numbers(object, "replicas", "minReadySeconds"),
  ...workloadSelectorErrors(object, "deployment"),
  ...template(object),
  ...unchanged(object, previous, "spec", "selector"),
];

const mutableOfStatefulSet = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

function statefulSetChanges(object: unknown, previous: unknown): FieldError[] {
  if (previous === undefined) return [];
  const rest = (value: unknown) =>
    Object.fromEntries(
      Object.entries(fieldsAt(value, "spec")).filter(([name]) => !mutableOfStatefulSet.includes(name)),
    );
  if (isDeepStrictEqual(rest(object), rest(previous))) return [];
  const quoted = mutableOfStatefulSet.map((name) => `'${name}'`);
  const listed = `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
  return [forbiddenField("spec", `updates to statefulset spec for fields other than ${listed} are forbidden`)];
}

const statefulSet: Validate = (object, previous) => {
  const policy = textAt(object, "spec", "podManagementPolicy");
  const isKnown = policy === "" || policy === "OrderedReady" || policy === "Parallel";
  const unknown = invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
  return [
    ...(isKnown ? [] : [unknown]),
    ...numbers(object, "replicas", "minReadySeconds"),
    ...workloadSelectorErrors(object, "statefulset"),
    ...template(object),
    ...statefulSetChanges(object, previous),
  ];
};

const daemonSet: Validate = (object, previous) => {
  const strategy = fieldsAt(object, "spec", "updateStrategy");
  const type = textAt(strategy, "type");
  const isKnown = type === "" || type === "RollingUpdate" || type === "OnDelete";
  const shown = { Type: type, RollingUpdate: at(strategy, "rollingUpdate") ?? null };
  return [
    ...workloadSelectorErrors(object, "daemonset"),
    ...template(object),
    ...numbers(object, "minReadySeconds"),
    ...(isKnown ? [] : [notSupported("spec.updateStrategy", shown, ["RollingUpdate", "OnDelete"])]),
    ...numbers(object, "revisionHistoryLimit"),
    ...unchanged(object, previous, "spec", "selector"),
  ];
};

/** A Job's pods run to an end. */
function jobSpecErrors(spec: unknown, path: string): FieldError[] {
  const policy = textAt(spec, "template", "spec", "restartPolicy");
  const field = `${path}.template.spec.restartPolicy`;
  const ends = policy === "OnFailure" || policy === "Never";
  const errors = podTemplateErrors(at(spec, "template"), `${path}.template`).filter((error) => error.field !== field);
  const names = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"];
  return [
    ...names.flatMap((name) => notNegative(at(spec, name), `${path}.${name}`)),
    ...errors,
    ...(ends ? [] : [required(field, 'valid values: "OnFailure", "Never"')]),
  ];
}

const job: Validate = (object, previous) => [
  ...jobSpecErrors(at(object, "spec"), "spec"),
  ...unchanged(object, previous, "spec", "completions"),
  ...unchanged(object, previous, "spec", "selector"),
  ...unchanged(object, previous, "spec", "template"),
  ...unchanged(object, previous, "spec", "completionMode"),
];

function scheduleErrors(object: unknown): FieldError[] {
  const schedule = textAt(object, "spec", "schedule");
  if (schedule === "") return [required("spec.schedule")];
  if (schedule.startsWith("@")) return [];
  const parts = schedule.trim().split(/\s+/);
  if (parts.length === 5) return [];
  return [invalid("spec.schedule", schedule, `expected exactly 5 fields, found ${parts.length}: [${parts.join(" ")}]`)];
}

const cronJob: Validate = (object) => [
  ...scheduleErrors(object),
  ...oneOf("Allow", "Forbid", "Replace")(at(object, "spec", "concurrencyPolicy"), "spec.concurrencyPolicy"),
  ...numbers(object, "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
  ...jobSpecErrors(at(object, "spec", "jobTemplate", "spec"), "spec.jobTemplate.spec"),
];

export const workloadValidations: { readonly [groupKind: string]: Validate } = {
  "Deployment.apps": deployment,
  "ReplicaSet.apps": replicaSet,
  "StatefulSet.apps": statefulSet,
  "DaemonSet.apps": daemonSet,
  "Job.batch": job,
  "CronJob.batch": cronJob,
};
