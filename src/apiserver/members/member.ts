import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../base/clock.ts";
import type { ChangeEvent, ClusterHandle, ResourceName } from "../cluster-handle.ts";
import type { KubeObject } from "../resources.ts";
import { StatusError } from "../status-error.ts";
import { at, fieldsAt, listAt, numberAt, textAt } from "../table/fields.ts";
import { isFailing, podNames, podOf, replicaSetOf, revisionOf } from "./children.ts";
import { simulatedKinds } from "./kinds.ts";
import { nodeObject, nodeResource, nodeStatus } from "./node.ts";
import { podResource } from "./pod.ts";
import { replicaSetResource } from "./replicated.ts";
import { type SimulatedKind, simulateAnnotation } from "./simulated.ts";
import type { TimerWheel } from "./timer-wheel.ts";

export interface MemberOptions {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  /** How long it takes until something is healthy, or has failed. */
  readonly delayMs: number;
  /** The most pods that a workload gets, whatever its replicas; 0 makes no pods, sets or nodes. */
  readonly maxPods: number;
  /** Told of a write that failed for another reason than a change at the same time. */
  readonly onError: (error: unknown) => void;
}

interface Tracked {
  readonly marker: string;
  readonly startedAtMs: number;
}

const retryMs = 50;

/** Brings the workloads of one logical cluster to life. */
export class Member {
  readonly #cluster: ClusterHandle;
  readonly #options: MemberOptions;
  readonly #tracked = new Map<string, Tracked>();
  readonly #running = new Map<string, { again: boolean }>();
  /** Names of the objects that a controller owns, by its uid and the kind of the object. */
  readonly #owned = new Map<string, Set<string>>();
  #stops: (() => void)[] = [];
  #isStopped = false;

  constructor(cluster: ClusterHandle, options: MemberOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  get #nodeName(): string {
    return `${this.#cluster.name === "" ? "hub" : this.#cluster.name}-node`;
  }

  start(): void {
    if (this.#options.maxPods > 0) this.#options.wheel.after(0, () => void this.#guarded(() => this.#makeNode()));
    this.#stops = simulatedKinds.map((kind) =>
      this.#cluster.watch(kind.resource, (event) => this.#observe(kind, event)),
    );
  }

  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    this.#tracked.clear();
    this.#owned.clear();
  }

  #observe(kind: SimulatedKind, { type, object }: ChangeEvent): void {
    const key = `${kind.kind}/${textAt(object, "metadata", "namespace")}/${textAt(object, "metadata", "name")}`;
    this.#observeOwner(kind, type, object);
    if (type === "DELETED") {
      this.#tracked.delete(key);
      return;
    }
    const generation = kind.marker?.(object) ?? String(numberAt(object, "metadata", "generation"));
    const isDeleting = at(object, "metadata", "deletionTimestamp") !== undefined;
    const marker = `${textAt(object, "metadata", "uid")}/${generation}/${isFailing(object)}/${isDeleting}`;
    const known = this.#tracked.get(key);
    if (known?.marker === marker) return;
    const { clock, delayMs } = this.#options;
    // What an earlier run of the process brought up stays up.
    const wasUp = known === undefined && kind.isSettled(object);
    this.#tracked.set(key, { marker, startedAtMs: wasUp ? Number.NEGATIVE_INFINITY : clock.now() });
    this.#schedule(kind, key, 0);
    if (!wasUp && delayMs > 0) this.#schedule(kind, key, delayMs);
  }

  /** A pod or set that is gone is made again by its owner. */
  #observeOwner(kind: SimulatedKind, type: ChangeEvent["type"], object: KubeObject): void {
    if (kind.kind !== "Pod" && kind.kind !== "ReplicaSet") return;
    const owner = listAt(object, "metadata", "ownerReferences").find((one) => at(one, "controller") === true);
    if (owner === undefined) return;
    const index = `${textAt(owner, "uid")}/${kind.kind}`;
    const names = this.#owned.get(index) ?? new Set<string>();
    const name = textAt(object, "metadata", "name");
    if (type !== "DELETED") {
      this.#owned.set(index, names.add(name));
      return;
    }
    names.delete(name);
    if (names.size === 0) this.#owned.delete(index);
    const ownerKind = simulatedKinds.find((one) => one.kind === textAt(owner, "kind"));
    const ownerKey = `${textAt(owner, "kind")}/${textAt(object, "metadata", "namespace")}/${textAt(owner, "name")}`;
    if (ownerKind !== undefined && this.#tracked.has(ownerKey)) this.#schedule(ownerKind, ownerKey, 0);
  }

  #schedule(kind: SimulatedKind, key: string, delayMs: number): void {
    this.#options.wheel.after(delayMs, () => {
      const running = this.#running.get(key);
      if (running === undefined) void this.#run(kind, key);
      else running.again = true;
    });
  }

  /** One pass at a time for each object: a second one would read what the first is about to write. */
  async #run(kind: SimulatedKind, key: string): Promise<void> {
    const state = { again: false };
    this.#running.set(key, state);
    const isCurrent = await this.#guarded(() => this.#reconcile(kind, key));
    this.#running.delete(key);
    if (this.#isStopped) return;
    if (state.again) this.#schedule(kind, key, 0);
    else if (!isCurrent) this.#schedule(kind, key, retryMs);
  }

  /** False when the work has to be done again, because someone else wrote at the same time. */
  async #guarded(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
    } catch (error: unknown) {
      if (this.#isStopped) return true;
      if (error instanceof StatusError && error.reason === "Conflict") return false;
      // The object or its namespace went away meanwhile, or someone else made what was missing: nothing is left to do.
      const isGone = error instanceof StatusError && [403, 404, 409].includes(error.code);
      if (!isGone) this.#options.onError(error);
    }
    return true;
  }

  async #reconcile(kind: SimulatedKind, key: string): Promise<void> {
    const [, namespace = "", name = ""] = key.split("/");
    const place = namespace === "" ? undefined : namespace;
    let object = this.#cluster.get(kind.resource, place, name);
    const tracked = this.#tracked.get(key);
    if (object === undefined || tracked === undefined || this.#isStopped) return;
    // The part of a kubelet: a pod that is to go has been stopped.
    if (kind.kind === "Pod" && at(object, "metadata", "deletionTimestamp") !== undefined) {
      return this.#cluster.delete(podResource, place, name, 0);
    }
    const { clock, delayMs, maxPods } = this.#options;
    const nowMs = clock.now();
    const situation = {
      nowMs,
      isDone: nowMs - tracked.startedAtMs >= delayMs,
      isFailing: isFailing(object),
      nodeName: this.#nodeName,
    };
    const changed = situation.isDone && !situation.isFailing ? (kind.change?.(object) ?? object) : object;
    if (changed !== object) object = await this.#cluster.update(kind.resource, changed);
    const status = kind.status(object, situation);
    if (!isDeepStrictEqual(status, object.status)) {
      object = await this.#cluster.updateStatus(kind.resource, { ...object, status });
    }
    if (maxPods === 0) return;
    if (kind.kind === "Deployment") await this.#syncReplicaSets(kind, object, situation.isDone);
    if (kind.pods !== undefined) await this.#syncPods(kind, object);
  }

  #ownedObjects(owner: KubeObject, kind: string, resource: ResourceName): KubeObject[] {
    const names: Iterable<string> = this.#owned.get(`${textAt(owner, "metadata", "uid")}/${kind}`) ?? [];
    const namespace = textAt(owner, "metadata", "namespace");
    return [...names].flatMap((name): readonly KubeObject[] => {
      const found = this.#cluster.get(resource, namespace, name);
      return found === undefined ? [] : [found];
    });
  }

  /** The set of the present template has all replicas; those of before keep theirs until it is up. */
  async #syncReplicaSets(kind: SimulatedKind, deployment: KubeObject, isDone: boolean): Promise<void> {
    if (at(deployment, "metadata", "deletionTimestamp") !== undefined) return;
    if (at(deployment, "spec", "paused") === true) return;
    const sets = this.#ownedObjects(deployment, "ReplicaSet", replicaSetResource);
    const revision = 1 + Math.max(0, ...sets.map(revisionOf));
    const wanted = replicaSetOf(deployment, kind, revision);
    const present = sets.find((set) => set.metadata?.name === wanted.metadata?.name);
    if (present === undefined) await this.#cluster.create(replicaSetResource, wanted);
    else await this.#adjustReplicaSet(present, wanted, revision);
    if (!isDone) return;
    for (const set of sets) {
      if (set === present || numberAt(set, "spec", "replicas") === 0) continue;
      await this.#cluster.update(replicaSetResource, { ...set, spec: { ...fieldsAt(set, "spec"), replicas: 0 } });
    }
  }

  async #adjustReplicaSet(present: KubeObject, wanted: KubeObject, next: number): Promise<void> {
    const replicas = numberAt(wanted, "spec", "replicas");
    const isLatest = revisionOf(present) === next - 1;
    const isSame = numberAt(present, "spec", "replicas") === replicas && isFailing(present) === isFailing(wanted);
    if (isLatest && isSame) return;
    const kept = isLatest ? { "deployment.kubernetes.io/revision": String(next - 1) } : {};
    const annotations = { ...wanted.metadata?.annotations, ...kept };
    const spec = { ...fieldsAt(present, "spec"), replicas };
    await this.#cluster.update(replicaSetResource, {
      ...present,
      metadata: { ...present.metadata, annotations },
      spec,
    });
  }

  async #syncPods(kind: SimulatedKind, owner: KubeObject): Promise<void> {
    if (kind.pods === undefined) return;
    const present = this.#ownedObjects(owner, "Pod", podResource);
    const isOver = kind.kind === "Job" && kind.isSettled(owner);
    const wanted = new Set(podNames(owner, kind.pods, this.#options.maxPods));
    const mark = isFailing(owner) ? "fail" : undefined;
    for (const pod of isOver ? [] : present) {
      const { name = "", namespace, annotations } = pod.metadata ?? {};
      if (wanted.delete(name) && annotations?.[simulateAnnotation] === mark) continue;
      await this.#cluster.delete(podResource, namespace, name, 0);
    }
    for (const name of wanted) {
      await this.#cluster.create(podResource, podOf(owner, kind, name, this.#nodeName));
    }
  }

  async #makeNode(): Promise<void> {
    const name = this.#nodeName;
    if (this.#cluster.get(nodeResource, undefined, name) !== undefined) return;
    const node = await this.#cluster.create(nodeResource, nodeObject(name));
    await this.#cluster.updateStatus(nodeResource, { ...node, status: nodeStatus(name, this.#options.clock.now()) });
  }
}
