import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt, isFields, listAt } from "../../table/fields.ts";
import { type FieldError, forbiddenField, invalid } from "../../validation/field-error.ts";

const containerLists = ["containers", "initContainers"] as const;

const whatMayChange =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** What an update may not do to a pod. The difference that a kube-apiserver shows after its words is left out. */
export function podUpdateErrors(object: unknown, previous: unknown): FieldError[] {
  const [spec, before] = [fieldsAt(object, "spec"), fieldsAt(previous, "spec")];
  const containers = containerLists.filter((name) => listAt(spec, name).length !== listAt(before, name).length);
  if (containers.length > 0) {
    return containers.map((name) => forbiddenField(`spec.${name}`, "pod updates may not add or remove containers"));
  }
  const errors = [...deadlineErrors(spec, before), ...tolerationErrors(spec, before)];
  if (errors.length > 0 || isDeepStrictEqual(fixedPart(spec, before), fixedPart(before, before))) return errors;
  return [forbiddenField("spec", whatMayChange)];
}

function deadlineErrors(spec: unknown, before: unknown): FieldError[] {
  const path = "spec.activeDeadlineSeconds";
  const [now, then] = [at(spec, "activeDeadlineSeconds"), at(before, "activeDeadlineSeconds")];
  if (typeof then !== "number") return [];
  if (typeof now !== "number") return [invalid(path, null, "must not update from a positive integer to nil value")];
  return now > then ? [invalid(path, now, "must be less than or equal to previous value")] : [];
}

function tolerationErrors(spec: unknown, before: unknown): FieldError[] {
  const now = listAt(spec, "tolerations").map(untimed);
  const isKept = (one: unknown): boolean => now.some((other) => isDeepStrictEqual(other, one));
  if (listAt(before, "tolerations").map(untimed).every(isKept)) return [];
  const detail = "existing toleration can not be modified except its tolerationSeconds";
  return [forbiddenField("spec.tolerations", detail)];
}

function untimed(toleration: unknown): unknown {
  if (!isFields(toleration)) return toleration;
  const { tolerationSeconds: _, ...rest } = toleration;
  return rest;
}

const free = new Set(["activeDeadlineSeconds", "tolerations"]);
/** A pod that is not to be scheduled yet may still be told where it may run. */
const freeWhileGated = new Set(["schedulingGates", "nodeSelector", "affinity"]);

function fixedPart(spec: unknown, before: unknown): unknown {
  const isGated = listAt(before, "schedulingGates").length > 0;
  const hadNegativeGrace = Number(at(before, "terminationGracePeriodSeconds")) < 0;
  const entries = Object.entries(fieldsAt(spec)).filter(([name]) => {
    if (name === "terminationGracePeriodSeconds") return !hadNegativeGrace;
    return !free.has(name) && !(isGated && freeWhileGated.has(name));
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, isContainerList(name) ? unpinned(value) : value]));
}

function isContainerList(name: string): boolean {
  return name === "containers" || name === "initContainers";
}

function unpinned(containers: unknown): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: unknown) => (isFields(container) ? { ...container, image: "" } : container));
}
