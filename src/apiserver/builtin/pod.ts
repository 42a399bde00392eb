import { each, type Fields, fieldsAt, fill, filling, inside, isFields, put, sequence } from "./fill.ts";

const fieldReference = inside("fieldRef", filling({ apiVersion: "v1" }));
const httpGet = inside("httpGet", filling({ path: "/", scheme: "HTTP" }));

const probe = sequence(
  httpGet,
  inside("grpc", filling({ service: "" })),
  filling({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
);

const downwardItems = each("items", fieldReference);

const volume = sequence(
  (fields) => (Object.keys(fields).every((name) => name === "name") ? { ...fields, emptyDir: {} } : fields),
  inside("secret", filling({ defaultMode: 0o644 })),
  inside("configMap", filling({ defaultMode: 0o644 })),
  inside("downwardAPI", sequence(filling({ defaultMode: 0o644 }), downwardItems)),
  inside("hostPath", filling({ type: "" })),
  inside(
    "projected",
    sequence(
      filling({ defaultMode: 0o644 }),
      each(
        "sources",
        sequence(
          inside("serviceAccountToken", filling({ expirationSeconds: 3600 })),
          inside("downwardAPI", downwardItems),
        ),
      ),
    ),
  ),
);

const container = sequence(
  (fields) => fill(fields, { imagePullPolicy: pullPolicy(fields.image) }),
  filling({ resources: {}, terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" }),
  each("env", (variable) => {
    const kept = variable.value === "" ? put(variable, "value", undefined) : variable;
    return inside("valueFrom", fieldReference)(kept);
  }),
  each("ports", filling({ protocol: "TCP" })),
  inside("livenessProbe", probe),
  inside("readinessProbe", probe),
  inside("startupProbe", probe),
  inside("lifecycle", sequence(inside("preStop", httpGet), inside("postStart", httpGet))),
);

/** `Always` for images without a tag or with `latest`, which may change under their name. */
function pullPolicy(image: unknown): string {
  const name = typeof image === "string" ? (image.split("/").at(-1) ?? "") : "";
  if (name.includes("@")) return "IfNotPresent";
  const tag = name.split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

/** The old and the new name of the service account always show the same. */
function serviceAccountNames(spec: Fields): Fields {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  if (typeof name !== "string" || name === "") return spec;
  return put(put(spec, "serviceAccountName", name), "serviceAccount", name);
}

const podSpec = sequence(
  each("containers", container),
  each("initContainers", container),
  each("volumes", volume),
  serviceAccountNames,
  filling({
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  }),
);

/** Defaults of the pod template under `template` of a workload's spec. */
export const podTemplate = inside("template", sequence(filling({ metadata: {} }), inside("spec", podSpec)));

const tolerations = ["not-ready", "unreachable"].map((state) => ({
  effect: "NoExecute",
  key: `node.kubernetes.io/${state}`,
  operator: "Exists",
  tolerationSeconds: 300,
}));

/** A limit without a request asks for as much as it allows. */
function requestsFromLimits(fields: Fields): Fields {
  const resources = fieldsAt(fields, "resources");
  const requests = fill(fieldsAt(resources, "requests"), fieldsAt(resources, "limits"));
  if (Object.keys(requests).length === 0) return fields;
  return put(fields, "resources", put(resources, "requests", requests));
}

export const pod = sequence(
  inside(
    "spec",
    sequence(
      podSpec,
      each("containers", requestsFromLimits),
      filling({ enableServiceLinks: true, preemptionPolicy: "PreemptLowerPriority", priority: 0, tolerations }),
    ),
  ),
  (object) => put(object, "status", fill(fieldsAt(object, "status"), { phase: "Pending", qosClass: qosClass(object) })),
);

function qosClass(object: Fields): string {
  const spec = fieldsAt(object, "spec");
  const containers = Array.isArray(spec.containers) ? (spec.containers as unknown[]).filter(isFields) : [];
  const wants = containers.map((one) => fieldsAt(one, "resources"));
  if (
    wants.every(
      (one) => Object.keys(fieldsAt(one, "limits")).length + Object.keys(fieldsAt(one, "requests")).length === 0,
    )
  )
    return "BestEffort";
  return wants.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function isGuaranteed(resources: Fields): boolean {
  const [limits, requests] = [fieldsAt(resources, "limits"), fieldsAt(resources, "requests")];
  return ["cpu", "memory"].every((name) => limits[name] !== undefined && limits[name] === requests[name]);
}
