import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/objects.ts";
import type { HealthCode } from "../../src/sync/health/health.ts";
import { aggregateHealth, healthChecks, healthOf } from "../../src/sync/health/registry.ts";

function object(type: string, body: object, metadata: object = {}): KubeObject {
  const slash = type.lastIndexOf("/");
  const [apiVersion, kind] = [type.slice(0, slash), type.slice(slash + 1)];
  return { apiVersion, kind, metadata: { name: "x", generation: 2, ...metadata }, ...body };
}

const condition = (type: string, status = "True", reason = "", message = "") => ({ type, status, reason, message });
const seen = { observedGeneration: 2 };
const ok = {
  ...seen,
  replicas: 2,
  updatedReplicas: 2,
  availableReplicas: 2,
  readyReplicas: 2,
  updateRevision: "a",
  currentRevision: "a",
};
const running = (more: object) => ({ status: { phase: "Running", ...more } });
const waiting = (reason: string) => [{ name: "c", state: { waiting: { reason, message: "why" } } }];

const cases: [string, string, object, HealthCode | undefined, object?][] = [
  ["paused", "apps/v1/Deployment", { spec: { paused: true } }, "Suspended"],
  [
    "not observed",
    "apps/v1/Deployment",
    { spec: { replicas: 2 }, status: { ...ok, observedGeneration: 1 } },
    "Progressing",
  ],
  ["without a status", "apps/v1/Deployment", { spec: { replicas: 2 } }, "Progressing"],
  [
    "too late",
    "apps/v1/Deployment",
    { spec: {}, status: { ...ok, conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] } },
    "Degraded",
  ],
  ["not all updated", "apps/v1/Deployment", { spec: { replicas: 3 }, status: ok }, "Progressing"],
  ["old ones left", "apps/v1/Deployment", { spec: { replicas: 2 }, status: { ...ok, replicas: 3 } }, "Progressing"],
  [
    "not all available",
    "apps/v1/Deployment",
    { spec: { replicas: 2 }, status: { ...ok, availableReplicas: 1 } },
    "Progressing",
  ],
  ["rolled out", "apps/v1/Deployment", { spec: { replicas: 2 }, status: ok }, "Healthy"],
  ["scaled to nothing", "apps/v1/Deployment", { spec: { replicas: 0 }, status: seen }, "Healthy"],
  [
    "being deleted",
    "apps/v1/Deployment",
    { spec: { replicas: 2 }, status: ok },
    "Progressing",
    { deletionTimestamp: "2026-01-01T00:00:00Z" },
  ],
  ["not observed", "apps/v1/StatefulSet", { spec: { replicas: 2 }, status: {} }, "Progressing"],
  ["not ready", "apps/v1/StatefulSet", { spec: { replicas: 3 }, status: ok }, "Progressing"],
  [
    "at two revisions",
    "apps/v1/StatefulSet",
    { spec: { replicas: 2 }, status: { ...ok, currentRevision: "b" } },
    "Progressing",
  ],
  [
    "updated by hand",
    "apps/v1/StatefulSet",
    { spec: { replicas: 2, updateStrategy: { type: "OnDelete" } }, status: { ...ok, currentRevision: "b" } },
    "Healthy",
  ],
  [
    "partly rolled out",
    "apps/v1/StatefulSet",
    {
      spec: { replicas: 2, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
      status: { ...ok, updatedReplicas: 1 },
    },
    "Healthy",
  ],
  ["ready", "apps/v1/StatefulSet", { spec: { replicas: 2 }, status: ok }, "Healthy"],
  [
    "not scheduled",
    "apps/v1/DaemonSet",
    { status: { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 1 } },
    "Progressing",
  ],
  [
    "not available",
    "apps/v1/DaemonSet",
    { status: { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 } },
    "Progressing",
  ],
  [
    "available",
    "apps/v1/DaemonSet",
    { status: { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 } },
    "Healthy",
  ],
  [
    "failing",
    "apps/v1/ReplicaSet",
    { spec: {}, status: { ...seen, conditions: [condition("ReplicaFailure", "True", "", "quota")] } },
    "Degraded",
  ],
  ["available", "apps/v1/ReplicaSet", { spec: { replicas: 2 }, status: ok }, "Healthy"],
  ["pending", "v1/Pod", { status: { phase: "Pending" } }, "Progressing"],
  [
    "not to be pulled",
    "v1/Pod",
    { status: { phase: "Pending", containerStatuses: waiting("ErrImagePull") } },
    "Degraded",
  ],
  ["crashing", "v1/Pod", running({ containerStatuses: waiting("CrashLoopBackOff") }), "Degraded"],
  ["ready", "v1/Pod", running({ conditions: [condition("Ready")] }), "Healthy"],
  ["not ready", "v1/Pod", running({ conditions: [condition("Ready", "False")] }), "Progressing"],
  [
    "not ready after it ended once",
    "v1/Pod",
    running({ containerStatuses: [{ lastState: { terminated: {} } }] }),
    "Degraded",
  ],
  ["running to an end", "v1/Pod", { spec: { restartPolicy: "Never" }, ...running({}) }, "Progressing"],
  ["ended well", "v1/Pod", { status: { phase: "Succeeded" } }, "Healthy"],
  [
    "failed",
    "v1/Pod",
    { status: { phase: "Failed", containerStatuses: [{ name: "c", state: { terminated: { exitCode: 3 } } }] } },
    "Degraded",
  ],
  ["running", "batch/v1/Job", { status: { active: 1 } }, "Progressing"],
  ["failed", "batch/v1/Job", { status: { conditions: [condition("Failed")] } }, "Degraded"],
  ["suspended", "batch/v1/Job", { status: { conditions: [condition("Suspended")] } }, "Suspended"],
  ["complete", "batch/v1/Job", { status: { conditions: [condition("Complete")] } }, "Healthy"],
  ["within the cluster", "v1/Service", { spec: { type: "ClusterIP" } }, "Healthy"],
  ["without a balancer", "v1/Service", { spec: { type: "LoadBalancer" } }, "Progressing"],
  [
    "with a balancer",
    "v1/Service",
    { spec: { type: "LoadBalancer" }, status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } } },
    "Healthy",
  ],
  ["without an address", "networking.k8s.io/v1/Ingress", {}, "Progressing"],
  ["with an address", "networking.k8s.io/v1/Ingress", { status: { loadBalancer: { ingress: [{}] } } }, "Healthy"],
  ["bound", "v1/PersistentVolumeClaim", { status: { phase: "Bound" } }, "Healthy"],
  ["lost", "v1/PersistentVolumeClaim", { status: { phase: "Lost" } }, "Degraded"],
  ["pending", "v1/PersistentVolumeClaim", { status: { phase: "Pending" } }, "Progressing"],
  ["new", "autoscaling/v2/HorizontalPodAutoscaler", {}, "Progressing"],
  ["able", "autoscaling/v2/HorizontalPodAutoscaler", { status: { conditions: [condition("AbleToScale")] } }, "Healthy"],
  [
    "without metrics",
    "autoscaling/v2/HorizontalPodAutoscaler",
    {
      status: {
        conditions: [condition("ScalingActive", "False", "FailedGetResourceMetric"), condition("AbleToScale")],
      },
    },
    "Degraded",
  ],
  [
    "able, in version 1",
    "autoscaling/v1/HorizontalPodAutoscaler",
    {},
    "Healthy",
    { annotations: { "autoscaling.alpha.kubernetes.io/conditions": JSON.stringify([condition("AbleToScale")]) } },
  ],
  [
    "available",
    "apiregistration.k8s.io/v1/APIService",
    { status: { conditions: [condition("Available")] } },
    "Healthy",
  ],
  [
    "not available",
    "apiregistration.k8s.io/v1/APIService",
    { status: { conditions: [condition("Available", "False")] } },
    "Progressing",
  ],
  ["failed", "argoproj.io/v1alpha1/Workflow", { status: { phase: "Error" } }, "Degraded"],
  ["of which nothing is known", "v1/ConfigMap", {}, undefined],
  ["with a hostile status", "apps/v1/Deployment", { spec: [], status: "x" }, "Progressing"],
];

describe("health", () => {
  it.each(cases)("%s: %s", (_what, type, body, want, metadata) => {
    expect(healthOf(object(type, body, metadata))?.status).toBe(want);
  });

  it("has a case for each kind that it knows", () => {
    const tested = new Set(cases.map(([, type]) => String(type).split("/").at(-1)));
    expect(Object.keys(healthChecks).filter((key) => !tested.has(key.split("/").at(-1)))).toEqual([]);
  });
});

describe("the health of an Application", () => {
  const live = object("apps/v1/Deployment", {});
  const at = (status: HealthCode, of = live) => ({ live: of, health: { status } });

  it.each<[string, Parameters<typeof aggregateHealth>[0], HealthCode]>([
    ["nothing", [], "Healthy"],
    ["the worst", [at("Healthy"), at("Progressing"), at("Suspended")], "Progressing"],
    ["degraded before progressing", [at("Degraded"), at("Progressing")], "Degraded"],
    ["unknown kinds as fine", [{ live, health: undefined }, at("Healthy")], "Healthy"],
    ["missing ones not", [{ live: undefined, health: undefined }, at("Healthy")], "Healthy"],
    ["all missing as missing", [{ live: undefined, health: undefined }], "Missing"],
    [
      "those that ask for it not",
      [
        at("Degraded", {
          ...live,
          metadata: { ...live.metadata, annotations: { "argocd.argoproj.io/ignore-healthcheck": "true" } },
        }),
        at("Healthy"),
      ],
      "Healthy",
    ],
  ])("counts %s", (_what, resources, want) => {
    expect(aggregateHealth(resources).status).toBe(want);
  });
});
