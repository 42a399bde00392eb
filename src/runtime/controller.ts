import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import type { Outcome } from "../base/outcome.ts";
import { onAbort } from "../base/signal.ts";
import { KubeError } from "../kube/errors.ts";
import { KeyedBackoff } from "./backoff.ts";
import { WorkQueue } from "./queue.ts";

/** What a reconcile ended with, for metrics and tests. `error` stands for a failure that will be tried again. */
export interface Reconciled {
  readonly key: string;
  readonly tookMs: number;
  readonly outcome?: Outcome;
  readonly error?: unknown;
}

export interface ControllerOptions {
  readonly name: string;
  /**
   * Brings the world nearer to what the object of this key wants. Level-triggered: it looks at what is, not at what
   * changed. Throws for a failure worth another try, which backs off per key.
   */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  /** Keys worked on at one time. Default 8. */
  readonly concurrency?: number;
  readonly groupOf?: (key: string) => string;
  readonly maxPerGroup?: number;
  /** How long reconciles under way may go on after the stop, before their signal aborts. Default 10 s. */
  readonly drainMs?: number;
  readonly backoff?: KeyedBackoff;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly onReconciled?: (result: Reconciled) => void;
}

const defaultConcurrency = 8;
const defaultDrainMs = 10_000;

/** A loop that keeps reconciling keys: de-duplicated, bounded, each with its own backoff. */
export class Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #backoff: KeyedBackoff;

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = (options.log ?? silentLog).with({ controller: options.name });
    this.#backoff = options.backoff ?? new KeyedBackoff();
    this.queue = new WorkQueue({
      clock: this.#clock,
      ...(options.groupOf === undefined ? {} : { groupOf: options.groupOf }),
      ...(options.maxPerGroup === undefined ? {} : { maxPerGroup: options.maxPerGroup }),
    });
  }

  /** Asks for a look at the key, now. */
  enqueue(key: string): void {
    this.queue.add(key);
  }

  enqueueAfter(key: string, delayMs: number): void {
    this.queue.addAfter(key, delayMs);
  }

  /** Failures in a row of a key. */
  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  /**
   * Works until the signal aborts, then takes no more keys and waits for those under way; those that are not done after
   * `drainMs` see their own signal abort. Resolves when all have ended.
   */
  async run(signal: AbortSignal): Promise<void> {
    const kill = new AbortController();
    const workers = Array.from({ length: this.#options.concurrency ?? defaultConcurrency }, () =>
      this.#work(kill.signal),
    );
    const ended = Promise.all(workers);
    const forget = onAbort(signal, () => {
      this.queue.close();
      const timer = this.#clock.after(this.#options.drainMs ?? defaultDrainMs, () => kill.abort());
      void ended.then(() => timer.cancel());
    });
    await ended;
    forget();
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      try {
        await this.#once(key, signal);
      } finally {
        this.queue.done(key);
      }
    }
  }

  async #once(key: string, signal: AbortSignal): Promise<void> {
    const startedAt = this.#clock.now();
    const report = (result: Partial<Reconciled>) =>
      this.#options.onReconciled?.({ key, tookMs: this.#clock.now() - startedAt, ...result });
    try {
      const outcome = await this.#options.reconcile(key, signal);
      this.#settle(key, outcome);
      report({ outcome });
    } catch (error: unknown) {
      if (signal.aborted) return;
      const asked = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.round(Math.max(this.#backoff.next(key), asked));
      this.#log.warn("reconcile failed, will try again", { key, error, waitMs, failures: this.#backoff.failures(key) });
      this.queue.addAfter(key, waitMs);
      report({ error });
    }
  }

  #settle(key: string, outcome: Outcome): void {
    this.#backoff.forget(key);
    if (outcome.kind === "requeue") this.queue.addAfter(key, outcome.afterMs);
    if (outcome.kind === "stalled") this.#log.warn("stalled until something changes", { key, reason: outcome.reason });
  }
}
