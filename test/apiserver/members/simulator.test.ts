import { afterEach, describe, expect, it } from "vitest";
import type { ResourceName } from "../../../src/apiserver/cluster-handle.ts";
import { Simulator, type SimulatorOptions } from "../../../src/apiserver/members/simulator.ts";
import type { KubeObject } from "../../../src/apiserver/resources.ts";
import { FakeClock } from "../../support/clock.ts";
import { MemoryCluster } from "./memory-cluster.ts";

const delayMs = 2000;
const deployments = { group: "apps", version: "v1", plural: "deployments" };
const replicaSets = { group: "apps", version: "v1", plural: "replicasets" };
const pods = { group: "", version: "v1", plural: "pods" };
const failing = { "fleetset.io/simulate": "fail" };

const running: Simulator[] = [];

afterEach(() => {
  for (const simulator of running.splice(0)) simulator.close();
});

function start(options: SimulatorOptions = {}) {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const simulator = new Simulator({ clock, delayMs, onError, ...options });
  running.push(simulator);
  const cluster = new MemoryCluster("member-1");
  simulator.add(cluster);
  return { clock, simulator, cluster, errors };
}

function template(annotations?: Readonly<Record<string, string>>) {
  const metadata = { labels: { app: "web" }, ...(annotations === undefined ? {} : { annotations }) };
  return { metadata, spec: { containers: [{ name: "web", image: "web:1" }] } };
}

function workload(
  apiVersion: string,
  kind: string,
  spec: object,
  annotations?: Readonly<Record<string, string>>,
): KubeObject {
  const metadata = { name: "web", namespace: "shop", ...(annotations === undefined ? {} : { annotations }) };
  return {
    apiVersion,
    kind,
    metadata,
    spec: { selector: { matchLabels: { app: "web" } }, template: template(), ...spec },
  };
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  readonly [field: string]: unknown;
}

function statusOf(cluster: MemoryCluster, resource: ResourceName, name = "web"): Status {
  return (cluster.get(resource, "shop", name)?.status ?? {}) as Status;
}

function condition(status: Status, type: string): string {
  const found = status.conditions?.find((one) => one.type === type);
  return `${found?.status} ${found?.reason}`;
}

describe("a Deployment", () => {
  it("is rolled out first and available after the delay", async () => {
    const { clock, cluster } = start();
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 3 }));
    await clock.advance(100);
    expect(statusOf(cluster, deployments)).toMatchObject({
      observedGeneration: 1,
      updatedReplicas: 3,
      unavailableReplicas: 3,
    });
    expect(condition(statusOf(cluster, deployments), "Available")).toBe("False MinimumReplicasUnavailable");
    await clock.advance(delayMs);
    const status = statusOf(cluster, deployments);
    expect(status).toMatchObject({ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3 });
    expect(status.unavailableReplicas).toBeUndefined();
    expect(condition(status, "Available")).toBe("True MinimumReplicasAvailable");
    expect(condition(status, "Progressing")).toBe("True NewReplicaSetAvailable");
  });

  it("has a set and running pods that belong to it", async () => {
    const { clock, cluster, errors } = start({ maxPods: 2 });
    const made = await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 5 }));
    await clock.advance(2 * delayMs);
    const [set] = cluster.list(replicaSets);
    expect(set?.metadata?.ownerReferences).toMatchObject([
      { kind: "Deployment", uid: made.metadata?.uid, controller: true },
    ]);
    expect(set?.status).toMatchObject({ replicas: 5, readyReplicas: 5 });
    const found = cluster.list(pods);
    expect(found).toHaveLength(2);
    for (const pod of found) {
      expect(pod.metadata?.ownerReferences).toMatchObject([{ kind: "ReplicaSet", uid: set?.metadata?.uid }]);
      expect(pod.metadata?.labels).toMatchObject({ app: "web" });
      expect(pod.status).toMatchObject({ phase: "Running", containerStatuses: [{ ready: true }] });
    }
    expect(errors).toEqual([]);
  });

  it("moves its pods to a new set when the template changes", async () => {
    const { clock, cluster } = start({ maxPods: 1 });
    const made = await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }));
    await clock.advance(2 * delayMs);
    const changed = { ...template(), spec: { containers: [{ name: "web", image: "web:2" }] } };
    await cluster.update(deployments, {
      ...made,
      metadata: { name: "web", namespace: "shop", uid: made.metadata?.uid ?? "" },
      spec: { ...(made.spec as object), template: changed },
    });
    await clock.advance(100);
    expect(statusOf(cluster, deployments)).toMatchObject({ observedGeneration: 2, availableReplicas: 1 });
    expect(statusOf(cluster, deployments).updatedReplicas).toBeUndefined();
    await clock.advance(3 * delayMs);
    const sets = cluster.list(replicaSets);
    expect(sets.map((set) => (set.spec as { replicas: number }).replicas).sort()).toEqual([0, 1]);
    expect(sets.map((set) => set.metadata?.annotations?.["deployment.kubernetes.io/revision"]).sort()).toEqual([
      "1",
      "2",
    ]);
    const images = cluster
      .list(pods)
      .map((pod) => (pod.spec as { containers: { image: string }[] }).containers[0]?.image);
    expect(images).toEqual(["web:2"]);
  });

  it("makes a pod again that was deleted", async () => {
    const { clock, cluster } = start({ maxPods: 1 });
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }));
    await clock.advance(2 * delayMs);
    const [before] = cluster.list(pods);
    await cluster.delete(pods, "shop", before?.metadata?.name ?? "");
    await clock.advance(2 * delayMs);
    const [after] = cluster.list(pods);
    expect(after?.metadata?.uid).not.toBe(before?.metadata?.uid);
    expect(after?.status).toMatchObject({ phase: "Running" });
  });

  it.each([
    ["the object", failing, undefined],
    ["the pod template", undefined, failing],
  ])("fails when %s says so", async (_, own, ofPods) => {
    const { clock, cluster } = start();
    await cluster.create(
      deployments,
      workload("apps/v1", "Deployment", { replicas: 2, template: template(ofPods) }, own),
    );
    await clock.advance(2 * delayMs);
    const status = statusOf(cluster, deployments);
    expect(condition(status, "Progressing")).toBe("False ProgressDeadlineExceeded");
    expect(status).toMatchObject({ unavailableReplicas: 2 });
    const [pod] = cluster.list(pods);
    expect(pod?.status).toMatchObject({
      containerStatuses: [{ state: { waiting: { reason: "CrashLoopBackOff" } }, ready: false }],
    });
  });

  it("recovers when it is told to fail no more", async () => {
    const { clock, cluster } = start({ maxPods: 1 });
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }, failing));
    await clock.advance(2 * delayMs);
    const failed = cluster.get(deployments, "shop", "web") as KubeObject;
    await cluster.update(deployments, { ...failed, metadata: { ...failed.metadata, annotations: {} } });
    await clock.advance(3 * delayMs);
    expect(condition(statusOf(cluster, deployments), "Available")).toBe("True MinimumReplicasAvailable");
    expect(cluster.list(pods).map((pod) => (pod.status as Status).phase)).toEqual(["Running"]);
    expect(cluster.list(pods)[0]?.status).toMatchObject({ containerStatuses: [{ ready: true }] });
  });

  it("is written no more once it is up", async () => {
    const { clock, cluster } = start();
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 2 }));
    await clock.advance(3 * delayMs);
    const { writes } = cluster;
    await clock.advance(60_000);
    expect(cluster.writes).toBe(writes);
    expect(clock.waiting).toBe(0);
  });
});

interface Case {
  readonly name: string;
  readonly resource: ResourceName;
  readonly object: KubeObject;
  readonly healthy: object;
  readonly failed: object;
}

const claimSpec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const cases: readonly Case[] = [
  {
    name: "StatefulSet",
    resource: { group: "apps", version: "v1", plural: "statefulsets" },
    object: workload("apps/v1", "StatefulSet", { replicas: 2, serviceName: "web" }),
    healthy: { observedGeneration: 1, replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2 },
    failed: { observedGeneration: 1, replicas: 2, availableReplicas: 0 },
  },
  {
    name: "DaemonSet",
    resource: { group: "apps", version: "v1", plural: "daemonsets" },
    object: workload("apps/v1", "DaemonSet", {}),
    healthy: { desiredNumberScheduled: 1, numberReady: 1, numberAvailable: 1, updatedNumberScheduled: 1 },
    failed: { desiredNumberScheduled: 1, numberReady: 0, numberUnavailable: 1 },
  },
  {
    name: "Job",
    resource: { group: "batch", version: "v1", plural: "jobs" },
    object: {
      ...workload("batch/v1", "Job", {}),
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a" }] } } },
    },
    healthy: { succeeded: 1, conditions: [{ type: "SuccessCriteriaMet" }, { type: "Complete", status: "True" }] },
    failed: { failed: 7, conditions: [{ type: "FailureTarget" }, { type: "Failed", reason: "BackoffLimitExceeded" }] },
  },
  {
    name: "Service",
    resource: { group: "", version: "v1", plural: "services" },
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "shop" },
      spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
    },
    healthy: {
      loadBalancer: { ingress: [{ ip: expect.stringMatching(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/) }] },
    },
    failed: { loadBalancer: {} },
  },
  {
    name: "PersistentVolumeClaim",
    resource: { group: "", version: "v1", plural: "persistentvolumeclaims" },
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "web", namespace: "shop" },
      spec: claimSpec,
    },
    healthy: { phase: "Bound", capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] },
    failed: { phase: "Pending" },
  },
  {
    name: "Pod",
    resource: pods,
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace: "shop" },
      spec: { containers: [{ name: "a", image: "a" }] },
    },
    healthy: {
      phase: "Running",
      conditions: expect.arrayContaining([expect.objectContaining({ type: "Ready", status: "True" })]),
    },
    failed: {
      phase: "Running",
      containerStatuses: [{ restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } }],
    },
  },
];

describe.each(cases)("a $name", ({ resource, object, healthy, failed }) => {
  it("becomes healthy", async () => {
    const { clock, cluster, errors } = start();
    await cluster.create(resource, object);
    await clock.advance(2 * delayMs);
    expect(statusOf(cluster, resource)).toMatchObject(healthy);
    expect(errors).toEqual([]);
  });

  it("fails on request", async () => {
    const { clock, cluster } = start();
    await cluster.create(resource, { ...object, metadata: { ...object.metadata, annotations: failing } });
    await clock.advance(2 * delayMs);
    expect(statusOf(cluster, resource)).toMatchObject(failed);
  });
});

describe("a Simulator", () => {
  it("leaves alone what an earlier run brought up", async () => {
    const { clock, cluster, simulator } = start();
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }));
    await clock.advance(3 * delayMs);
    simulator.remove(cluster.name);
    const { writes } = cluster;
    simulator.add(cluster);
    await clock.advance(3 * delayMs);
    expect(cluster.writes).toBe(writes);
  });

  it("goes on after a namespace went away under it", async () => {
    const { clock, cluster, errors } = start();
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }));
    await cluster.delete(deployments, "shop", "web");
    await clock.advance(3 * delayMs);
    expect(errors).toEqual([]);
    expect(cluster.list(deployments)).toEqual([]);
  });

  it("serves a thousand members with one timer and two writes for each Deployment", async () => {
    const clock = new FakeClock();
    const simulator = new Simulator({ clock, delayMs, maxPods: 0 });
    running.push(simulator);
    const clusters = Array.from({ length: 1000 }, (_, index) => new MemoryCluster(`member-${index}`));
    for (const cluster of clusters) simulator.add(cluster);
    await Promise.all(
      clusters.map((one) => one.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }))),
    );
    expect(clock.waiting).toBe(1);
    await clock.advance(2 * delayMs);
    const available = clusters.filter((one) => statusOf(one, deployments).availableReplicas === 1);
    expect(available).toHaveLength(1000);
    expect(clusters.every(({ writes }) => writes === 3)).toBe(true);
  });

  it("stops at once", async () => {
    const { clock, cluster, simulator } = start();
    await cluster.create(deployments, workload("apps/v1", "Deployment", { replicas: 1 }));
    simulator.close();
    await clock.advance(3 * delayMs);
    expect(statusOf(cluster, deployments)).toEqual({});
    expect(clock.waiting).toBe(0);
  });
});
