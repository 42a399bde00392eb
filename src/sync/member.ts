import type { LimitFunction } from "p-limit";
import type { BackoffPolicy } from "../base/backoff.ts";
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { KubeClient } from "../kube/client.ts";
import type { ClusterSecret } from "../kube/cluster-secret.ts";
import { isUnauthorized, isUnreachable, KubeError } from "../kube/errors.ts";
import { MemberUnreachableError } from "./errors.ts";

/** A cluster that Applications are delivered to. */
export interface Member {
  readonly name: string;
  readonly server: string;
  readonly client: KubeClient;
  /** Its registration; undefined for the hub itself, which needs none. */
  readonly cluster: ClusterSecret | undefined;
  /**
   * Runs a call to the member, within the bounds on calls at one time. Once the member could not be reached, calls fail at
   * once with a `MemberUnreachableError` until the next try is due.
   */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** A member that can't be reached, for people. */
export interface MemberFailure {
  readonly name: string;
  readonly server: string;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly nextTryMs: number;
  readonly failures: number;
  readonly message: string;
}

const probePolicy: BackoffPolicy = { firstMs: 2_000, factor: 2, maxMs: 120_000 };
const probeMs = 5_000;

export interface PooledMemberOptions {
  readonly name: string;
  readonly client: KubeClient;
  readonly cluster: ClusterSecret | undefined;
  readonly material: string;
  readonly all: LimitFunction;
  readonly own: LimitFunction;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onRecovered: (member: { readonly name: string; readonly server: string }) => void;
}

/** A member with its bounds and its memory of failures. */
export class PooledMember implements Member {
  readonly name: string;
  readonly server: string;
  readonly client: KubeClient;
  readonly material: string;
  cluster: ClusterSecret | undefined;
  failure: MemberFailure | undefined;
  readonly #options: PooledMemberOptions;
  #probe: Promise<void> | undefined;

  constructor(options: PooledMemberOptions) {
    this.name = options.name;
    this.server = options.cluster?.server ?? options.client.server;
    this.client = options.client;
    this.material = options.material;
    this.cluster = options.cluster;
    this.#options = options;
  }

  run<T>(call: () => Promise<T>): Promise<T> {
    // A task that holds a place of its member waits for a place among all, never the other way round.
    return this.#options.own(async () => {
      if (this.failure !== undefined) await this.#comeBack(this.failure);
      return this.#options.all(() => this.#guarded(call));
    });
  }

  async #guarded<T>(call: () => Promise<T>): Promise<T> {
    // It failed while this call waited for its turn.
    if (this.failure !== undefined) throw this.#error(this.failure);
    try {
      return await call();
    } catch (error: unknown) {
      if (!isUnreachable(error) && !isUnauthorized(error)) throw error;
      throw this.#error(this.#fail(error), error);
    }
  }

  /** Waits for the next try where it is due, one for all who ask; fails where it is not due or not successful. */
  async #comeBack(failure: MemberFailure): Promise<void> {
    if (this.#options.clock.now() < failure.nextTryMs) throw this.#error(failure);
    this.#probe ??= this.#try().finally(() => {
      this.#probe = undefined;
    });
    await this.#probe;
  }

  async #try(): Promise<void> {
    const limit = new AbortController();
    const timer = this.#options.clock.after(probeMs, () => limit.abort());
    try {
      // What any client may read, and what proves that the credentials are accepted.
      const { status } = await this.client.request({ method: "GET", path: "/version", signal: limit.signal });
      if (status === 401) throw new KubeError("Unauthorized", `the credentials for ${this.server} are not accepted`);
    } catch (error: unknown) {
      throw this.#error(this.#fail(error), error);
    } finally {
      timer.cancel();
    }
    const { name, server } = this;
    this.failure = undefined;
    this.#options.log.info("cluster is reachable again", { cluster: name, server });
    this.#options.onRecovered({ name, server });
  }

  #fail(error: unknown): MemberFailure {
    const { clock, random, log } = this.#options;
    const now = clock.now();
    const known = this.failure;
    // Calls that were under way at one time are one failure.
    if (known !== undefined && now < known.nextTryMs) return known;
    const failures = (known?.failures ?? 0) + 1;
    const nextTryMs = now + backoffMs(failures, probePolicy, random);
    const { name, server } = this;
    const message = messageOf(error);
    this.failure = { name, server, sinceMs: known?.sinceMs ?? now, nextTryMs, failures, message };
    log.warn("cluster can't be reached", { cluster: name, server, error, failures });
    return this.failure;
  }

  #error(failure: MemberFailure, cause?: unknown): MemberUnreachableError {
    const waitMs = Math.max(0, failure.nextTryMs - this.#options.clock.now());
    const message = `cluster ${this.name} can't be reached: ${failure.message}`;
    return new MemberUnreachableError(message, waitMs, { cluster: this.name, cause });
  }
}
