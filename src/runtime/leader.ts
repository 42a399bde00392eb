import type { Clock } from "../base/clock.ts";
import { kubeMicroTime, sleep, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import { onAbort } from "../base/signal.ts";
import type { KubeClient } from "../kube/client.ts";
import { ignoreNotFound, isAlreadyExists, isConflict } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";

export interface LeaderOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The Lease for which the candidates compete. */
  readonly name: string;
  /** Who we are, different for each process. */
  readonly identity: string;
  /** How long a leader that is not heard of keeps its place. Default 15 s. */
  readonly leaseMs?: number;
  /** After which a leader that could not renew gives up; less than `leaseMs`. Default 10 s. */
  readonly renewWithinMs?: number;
  /** Between two tries. Default 2 s. */
  readonly retryMs?: number;
  readonly clock?: Clock;
  readonly log?: Log;
}

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

const leases = { group: "coordination.k8s.io", version: "v1", plural: "leases" } as const;

/**
 * Election by a Lease, as client-go does it: who holds it renews it; others take it over once they have seen no change of
 * it for its whole duration by their own clock, so that clocks which differ do no harm.
 */
export class LeaderElection {
  readonly #options: LeaderOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #leaseMs: number;
  readonly #renewWithinMs: number;
  readonly #retryMs: number;
  #seen: { readonly version: string; readonly atMs: number } | undefined;
  #holder = "";

  constructor(options: LeaderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = (options.log ?? silentLog).with({ lease: `${options.namespace}/${options.name}` });
    this.#leaseMs = options.leaseMs ?? 15_000;
    this.#renewWithinMs = options.renewWithinMs ?? 10_000;
    this.#retryMs = options.retryMs ?? 2_000;
  }

  /** Who leads as far as we know; empty when nobody does. */
  get holder(): string {
    return this.#holder;
  }

  /**
   * Waits until we lead, then runs `lead`, whose signal aborts when the place is lost or `signal` aborts. Gives the place
   * back at the end. Resolves when `lead` has ended, with whether the place was lost.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<{ readonly lost: boolean }> {
    if (!(await this.#acquire(signal))) return { lost: false };
    this.#log.info("leading", { identity: this.#options.identity });
    const stop = new AbortController();
    const forget = onAbort(signal, () => stop.abort());
    let lost = false;
    const renewing = this.#keep(stop.signal).then((kept) => {
      lost = !kept;
      stop.abort();
    });
    try {
      await lead(stop.signal);
    } finally {
      stop.abort();
      forget();
      await renewing;
      if (!lost) await this.#release();
    }
    return { lost };
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await this.#try(signal)) return true;
      await sleep(this.#clock, this.#retryMs, signal);
    }
    return false;
  }

  /** Renews until the signal aborts; false when the place is lost. */
  async #keep(signal: AbortSignal): Promise<boolean> {
    let renewedAt = this.#clock.now();
    for (;;) {
      await sleep(this.#clock, this.#retryMs, signal);
      if (signal.aborted) return true;
      if (await this.#try(signal)) renewedAt = this.#clock.now();
      else if (this.#clock.now() - renewedAt >= this.#renewWithinMs) {
        if (signal.aborted) return true;
        this.#log.error("the place as leader is lost", { holder: this.#holder });
        return false;
      }
    }
  }

  /** One try to take or renew the Lease. Failures of the server count as no. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const limit = new AbortController();
    const forget = onAbort(signal, () => limit.abort());
    const timer = this.#clock.after(this.#renewWithinMs / 2, () => limit.abort());
    try {
      return await this.#write(limit.signal);
    } catch (error: unknown) {
      if (!isConflict(error) && !isAlreadyExists(error) && !signal.aborted) {
        this.#log.warn("the lease could not be written", { error });
      }
      return false;
    } finally {
      timer.cancel();
      forget();
    }
  }

  async #write(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    const ref = { ...leases, namespace, name };
    const lease = await ignoreNotFound(client.get(ref, { signal }));
    if (lease === undefined) {
      await client.create(ref, this.#lease({ leaseTransitions: 0 }), { signal });
      this.#holder = identity;
      return true;
    }
    const spec = (lease.spec ?? {}) as LeaseSpec;
    this.#holder = spec.holderIdentity ?? "";
    const isOurs = this.#holder === identity;
    if (!isOurs && this.#holder !== "" && !this.#isStale(lease, spec)) return false;
    const transitions = (spec.leaseTransitions ?? 0) + (isOurs ? 0 : 1);
    const { acquireTime } = spec;
    const next = this.#lease({
      leaseTransitions: transitions,
      ...(isOurs && acquireTime !== undefined ? { acquireTime } : {}),
    });
    const metadata = { ...lease.metadata };
    await client.update(ref, { ...next, metadata }, { signal });
    this.#holder = identity;
    return true;
  }

  /** Whether the Lease has not changed for its duration since we first saw it in this state. */
  #isStale(lease: KubeObject, spec: LeaseSpec): boolean {
    const version = lease.metadata.resourceVersion ?? "";
    const now = this.#clock.now();
    if (this.#seen?.version !== version) this.#seen = { version, atMs: now };
    const durationMs = (spec.leaseDurationSeconds ?? this.#leaseMs / 1_000) * 1_000;
    return now - this.#seen.atMs >= durationMs;
  }

  #lease(spec: Partial<LeaseSpec>): KubeObject {
    const now = kubeMicroTime(this.#clock.now());
    const { identity, namespace, name } = this.#options;
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#leaseMs / 1_000),
        acquireTime: now,
        renewTime: now,
        ...spec,
      },
    };
  }

  /** Gives the place back so that the next one need not wait. */
  async #release(): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const ref = { ...leases, namespace, name };
    try {
      const lease = await ignoreNotFound(client.get(ref));
      const spec = (lease?.spec ?? {}) as LeaseSpec;
      if (lease === undefined || spec.holderIdentity !== identity) return;
      const released = { ...spec, holderIdentity: "", leaseDurationSeconds: 1 };
      await client.update(ref, { ...lease, spec: released });
      this.#holder = "";
    } catch (error: unknown) {
      this.#log.warn("the lease could not be given back", { error });
    }
  }
}
