import { type Clock, systemClock } from "../../base/clock.ts";
import type { ClusterHandle } from "../cluster-handle.ts";
import { Member } from "./member.ts";
import { TimerWheel } from "./timer-wheel.ts";

export interface SimulatorOptions {
  readonly clock?: Clock;
  /** How long it takes until a workload is healthy, or has failed. Default 2000. */
  readonly delayMs?: number;
  /** The most pods that one workload gets, so that `kubectl get pods` shows something. Default 3, 0 for none. */
  readonly maxPods?: number;
  readonly onError?: (error: unknown, cluster: string) => void;
}

/**
 * Plays the controllers and nodes of member clusters: Deployments become available, Jobs complete, load balancers get an
 * address of the documentation networks. The annotation `fleetset.io/simulate: fail` on an object, or on its pod template,
 * makes it fail. All members share one timer.
 */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #wheel: TimerWheel;
  readonly #members = new Map<string, Member>();

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.#wheel = new TimerWheel(options.clock ?? systemClock);
  }

  /** Begins with a cluster; a second time is without effect. */
  add(cluster: ClusterHandle): void {
    if (this.#members.has(cluster.name)) return;
    const { clock = systemClock, delayMs = 2000, maxPods = 3, onError } = this.#options;
    const wheel = this.#wheel;
    const report = (error: unknown) => onError?.(error, cluster.name);
    const member = new Member(cluster, { clock, wheel, delayMs, maxPods, onError: report });
    this.#members.set(cluster.name, member);
    member.start();
  }

  /** Leaves a cluster as it is. */
  remove(name: string): void {
    this.#members.get(name)?.stop();
    this.#members.delete(name);
  }

  close(): void {
    for (const member of this.#members.values()) member.stop();
    this.#members.clear();
    this.#wheel.close();
  }
}
