import { at, fieldsAt, listAt, numberAt, textAt } from "../../table/fields.ts";
import { type PlacedContainer, portWarnings } from "./ports.ts";

/** What a kube-apiserver warns of in a pod's spec; `prefix` is the path of the pod or its template, with a dot. */
export function podSpecWarnings(spec: unknown, prefix: string): string[] {
  const path = `${prefix}spec`;
  const containers = placedContainers(spec, path);
  return [
    ...nodeSelectorWarnings(spec, path),
    ...spreadWarnings(spec, path),
    ...volumeWarnings(spec, path),
    ...repeated(spec, path, "hostAliases", "ip"),
    ...repeated(spec, path, "imagePullSecrets", "name"),
    ...emptySecretNames(spec, path),
    ...containers.flatMap(({ container, path: place }) => [
      ...fractionWarnings(container, place),
      ...hiddenVariables(container, place),
    ]),
    ...portWarnings(containers),
    ...graceWarnings(spec, path),
    ...affinityWarnings(spec, path),
  ];
}

function placedContainers(spec: unknown, path: string): PlacedContainer[] {
  return ["initContainers", "containers"].flatMap((list) =>
    listAt(spec, list).map((container, index) => ({ container, path: `${path}.${list}[${index}]` })),
  );
}

const deprecatedLabels: { readonly [label: string]: string } = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

function deprecationOf(label: string): string | undefined {
  return Object.hasOwn(deprecatedLabels, label) ? deprecatedLabels[label] : undefined;
}

function nodeSelectorWarnings(spec: unknown, path: string): string[] {
  return Object.keys(fieldsAt(spec, "nodeSelector")).flatMap((label) => {
    const why = deprecationOf(label);
    return why === undefined ? [] : [`${path}.nodeSelector[${label}]: ${why}`];
  });
}

const noPods = "a null labelSelector results in matching no pod";

function spreadWarnings(spec: unknown, path: string): string[] {
  return listAt(spec, "topologySpreadConstraints").flatMap((constraint, index) => {
    const place = `${path}.topologySpreadConstraints[${index}]`;
    const key = textAt(constraint, "topologyKey");
    const why = deprecationOf(key);
    return [
      ...(why === undefined ? [] : [`${place}.topologyKey: ${key} is ${why}`]),
      ...(at(constraint, "labelSelector") === undefined ? [`${place}.labelSelector: ${noPods}`] : []),
    ];
  });
}

const deprecatedVolumes: { readonly [source: string]: string } = {
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  gitRepo: "deprecated in v1.11, and disabled by default in v1.33+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
};

function volumeWarnings(spec: unknown, path: string): string[] {
  return listAt(spec, "volumes").flatMap((volume, index) =>
    Object.entries(deprecatedVolumes)
      .filter(([source]) => at(volume, source) !== undefined)
      .map(([source, why]) => `${path}.volumes[${index}].${source}: ${why}`),
  );
}

function repeated(spec: unknown, path: string, list: string, key: string): string[] {
  const seen = new Set<string>();
  return listAt(spec, list).flatMap((item, index) => {
    const value = textAt(item, key);
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [`${path}.${list}[${index}].${key}: duplicate ${key} ${JSON.stringify(value)}`];
  });
}

function emptySecretNames(spec: unknown, path: string): string[] {
  return listAt(spec, "imagePullSecrets").flatMap((item, index) =>
    textAt(item, "name") === "" ? [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
  );
}

/** Amounts of bytes that end in thousandths. */
function fractionWarnings(container: unknown, path: string): string[] {
  const places = ["memory", "ephemeral-storage"].flatMap((name) => ["limits", "requests"].map((kind) => [kind, name]));
  return places.flatMap(([kind = "", name = ""]) => {
    const amount = textAt(container, "resources", kind, name);
    if (!amount.endsWith("m") || Number.parseInt(amount, 10) % 1000 === 0) return [];
    const value = JSON.stringify(amount);
    return [`${path}.resources.${kind}[${name}]: fractional byte value ${value} is invalid, must be an integer`];
  });
}

function hiddenVariables(container: unknown, path: string): string[] {
  const seen = new Set<string>();
  return listAt(container, "env").flatMap((variable, index) => {
    const name = textAt(variable, "name");
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const value = textAt(variable, "value");
    const reference = `$(${name})`;
    const buildsOn = at(variable, "valueFrom") === undefined && value !== reference && value.includes(reference);
    const what = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    return buildsOn ? [] : [`${path}.env[${index}]: ${what}`];
  });
}

function graceWarnings(spec: unknown, path: string): string[] {
  if (numberAt(spec, "terminationGracePeriodSeconds") >= 0) return [];
  return [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`];
}

function affinityWarnings(spec: unknown, path: string): string[] {
  return ["podAffinity", "podAntiAffinity"].flatMap((kind) => {
    const affinity = at(spec, "affinity", kind);
    const place = `${path}.affinity.${kind}`;
    return [
      ...unselected(affinity, "requiredDuringSchedulingIgnoredDuringExecution", place, []),
      ...unselected(affinity, "preferredDuringSchedulingIgnoredDuringExecution", place, ["podAffinityTerm"]),
    ];
  });
}

function unselected(affinity: unknown, list: string, place: string, inside: readonly string[]): string[] {
  return listAt(affinity, list).flatMap((term, index) => {
    if (at(term, ...inside, "labelSelector") !== undefined) return [];
    return [`${[`${place}.${list}[${index}]`, ...inside, "labelSelector"].join(".")}: ${noPods}`];
  });
}
