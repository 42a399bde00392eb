import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt, listAt, numberAt, textAt } from "../../table/fields.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "../../validation/field-error.ts";
import { compareQuantities } from "../quantity.ts";
import { isPort, oneOf } from "./checks.ts";
import { selectorErrors } from "./selector.ts";
import type { Validate } from "./workloads.ts";

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const claimSpec =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/** A bound claim may grow, and get its volume's name and class; all else stays. */
function claimChanges(object: unknown, previous: unknown): FieldError[] {
  if (previous === undefined) return [];
  const fixed = (value: unknown) => {
    const {
      resources: _,
      volumeName: __,
      storageClassName: ___,
      volumeAttributesClassName: ____,
      ...rest
    } = fieldsAt(value, "spec");
    return rest;
  };
  const size = (value: unknown) => at(value, "spec", "resources", "requests", "storage");
  const isBound = textAt(previous, "status", "phase") === "Bound";
  const order = compareQuantities(size(object), size(previous));
  const isResized = isBound ? order < 0 : order !== 0;
  return isResized || !isDeepStrictEqual(fixed(object), fixed(previous)) ? [forbiddenField("spec", claimSpec)] : [];
}

const persistentVolumeClaim: Validate = (object, previous) => {
  const modes = listAt(object, "spec", "accessModes");
  const storage = at(object, "spec", "resources", "requests", "storage");
  return [
    ...(modes.length === 0 ? [required("spec.accessModes", "at least 1 access mode is required")] : []),
    ...modes.flatMap((mode) => oneOf(...accessModes)(mode, "spec.accessModes")),
    ...(storage === undefined ? [required("spec.resources[storage]")] : []),
    ...claimChanges(object, previous),
  ];
};

function pathErrors(path: unknown, place: string): FieldError[] {
  const type = textAt(path, "pathType");
  const text = textAt(path, "path");
  const isRelative = type !== "ImplementationSpecific" && text !== "" && !text.startsWith("/");
  const backend = at(path, "backend");
  const isEmpty = at(backend, "service") === undefined && at(backend, "resource") === undefined;
  return [
    ...(type === "" ? [required(`${place}.pathType`, "pathType must be specified")] : []),
    ...(isRelative ? [invalid(`${place}.path`, text, "must be an absolute path")] : []),
    ...(isEmpty ? [invalid(`${place}.backend`, "", "resource or service backend is required")] : []),
  ];
}

const ingress: Validate = (object) => {
  const rules = listAt(object, "spec", "rules");
  const isEmpty = rules.length === 0 && at(object, "spec", "defaultBackend") === undefined;
  const missing = invalid("spec", undefined, "either `defaultBackend` or `rules` must be specified");
  const paths = rules.flatMap((rule, index) =>
    listAt(rule, "http", "paths").flatMap((path, at) => pathErrors(path, `spec.rules[${index}].http.paths[${at}]`)),
  );
  return isEmpty ? [missing] : paths;
};

const autoscaler: Validate = (object) => {
  const target = at(object, "spec", "scaleTargetRef");
  const missing = ["kind", "name"].filter((name) => textAt(target, name) === "");
  const version = textAt(target, "apiVersion");
  const [min, max] = [numberAt(object, "spec", "minReplicas"), numberAt(object, "spec", "maxReplicas")];
  const path = "spec.scaleTargetRef";
  return [
    ...(max < 1 ? [invalid("spec.maxReplicas", max, "must be greater than 0")] : []),
    ...(max >= 1 && max < min
      ? [invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`")]
      : []),
    ...missing.map((name) => required(`${path}.${name}`)),
    ...(version === "" ? [invalid(`${path}.apiVersion`, "", "apiVersion must specify API group")] : []),
  ];
};

const disruptionBudget: Validate = (object) => {
  const spec = fieldsAt(object, "spec");
  const { minAvailable: MinAvailable, maxUnavailable: MaxUnavailable, selector: Selector = null } = spec;
  if (MinAvailable === undefined || MaxUnavailable === undefined)
    return [...selectorErrors(spec.selector, "spec.selector")];
  const shown = {
    MinAvailable,
    Selector,
    MaxUnavailable,
    UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
  };
  return [invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set")];
};

function roleErrors(isClusterWide: boolean): Validate {
  return (object) =>
    listAt(object, "rules").flatMap((rule, index) => {
      const path = `rules[${index}]`;
      const isUrl = listAt(rule, "nonResourceURLs").length > 0;
      const needs = (name: string) =>
        listAt(rule, name).length > 0 || isUrl
          ? []
          : [required(`${path}.${name}`, "resource rules must supply at least one")];
      const verbs =
        listAt(rule, "verbs").length === 0 ? [required(`${path}.verbs`, "verbs must contain at least one value")] : [];
      if (isUrl && !isClusterWide) {
        const why = "namespaced rules cannot apply to non-resource URLs";
        return [...verbs, invalid(`${path}.nonResourceURLs`, listAt(rule, "nonResourceURLs"), why)];
      }
      const groups = needs("apiGroups").map(() =>
        required(`${path}.apiGroups`, "resource rules must supply at least one api group"),
      );
      const resources = needs("resources").map(() =>
        required(`${path}.resources`, "resource rules must supply at least one resource"),
      );
      return [...verbs, ...groups, ...resources];
    });
}

const subjectKinds = ["ServiceAccount", "User", "Group"];

function bindingErrors(...roleKinds: readonly string[]): Validate {
  return (object, previous) => {
    const role = fieldsAt(object, "roleRef");
    const [kind, name] = [textAt(role, "kind"), textAt(role, "name")];
    const subjects = listAt(object, "subjects").flatMap((subject, index) => {
      const path = `subjects[${index}]`;
      const isUnnamed = textAt(subject, "name") === "";
      const isHomeless = textAt(subject, "kind") === "ServiceAccount" && textAt(subject, "namespace") === "";
      return [
        ...(isUnnamed ? [required(`${path}.name`)] : []),
        ...(isHomeless ? [required(`${path}.namespace`)] : []),
        ...oneOf(...subjectKinds)(at(subject, "kind"), `${path}.kind`),
      ];
    });
    const shown = { APIGroup: textAt(role, "apiGroup"), Kind: kind, Name: name };
    const isOther = previous !== undefined && !isDeepStrictEqual(role, fieldsAt(previous, "roleRef"));
    return [
      ...(roleKinds.includes(kind) ? [] : [notSupported("roleRef.kind", kind, roleKinds)]),
      ...(name === "" ? [required("roleRef.name")] : []),
      ...subjects,
      ...(isOther ? [invalid("roleRef", shown, "cannot change roleRef")] : []),
    ];
  };
}

const networkPolicy: Validate = (object) => [
  ...selectorErrors(at(object, "spec", "podSelector"), "spec.podSelector"),
  ...["ingress", "egress"].flatMap((side) =>
    listAt(object, "spec", side).flatMap((rule, index) =>
      listAt(rule, "ports").flatMap((port, place) =>
        isPort(at(port, "port"), `spec.${side}[${index}].ports[${place}].port`),
      ),
    ),
  ),
];

const resourceQuota: Validate = (object) =>
  Object.entries(fieldsAt(object, "spec", "hard"))
    .filter(([, amount]) => String(amount).startsWith("-"))
    .map(([name, amount]) => invalid(`spec.hard[${name}]`, String(amount), "must be greater than or equal to 0"));

const storageClass: Validate = (object, previous) => {
  const provisioner = textAt(object, "provisioner");
  const isOther = previous !== undefined && textAt(previous, "provisioner") !== provisioner;
  return [
    ...(provisioner === "" ? [required("provisioner")] : []),
    ...(isOther ? [invalid("provisioner", provisioner, "field is immutable")] : []),
  ];
};

const priorityClass: Validate = (object, previous) =>
  previous !== undefined && numberAt(object, "value") !== numberAt(previous, "value")
    ? [forbiddenField("value", "may not be changed in an update.")]
    : [];

export const otherValidations: { readonly [groupKind: string]: Validate } = {
  "PersistentVolumeClaim.": persistentVolumeClaim,
  "ResourceQuota.": resourceQuota,
  "Ingress.networking.k8s.io": ingress,
  "NetworkPolicy.networking.k8s.io": networkPolicy,
  "HorizontalPodAutoscaler.autoscaling": autoscaler,
  "PodDisruptionBudget.policy": disruptionBudget,
  "Role.rbac.authorization.k8s.io": roleErrors(false),
  "ClusterRole.rbac.authorization.k8s.io": roleErrors(true),
  "RoleBinding.rbac.authorization.k8s.io": bindingErrors("Role", "ClusterRole"),
  "ClusterRoleBinding.rbac.authorization.k8s.io": bindingErrors("ClusterRole"),
  "StorageClass.storage.k8s.io": storageClass,
  "PriorityClass.scheduling.k8s.io": priorityClass,
};
