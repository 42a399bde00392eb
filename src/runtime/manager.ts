import type { Clock } from "../base/clock.ts";
import { sleep, systemClock } from "../base/clock.ts";
import { FleetError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import { onAbort } from "../base/signal.ts";

/** Something that runs until its signal aborts: an informer, a controller, a server. */
export interface Part {
  readonly name: string;
  /** Resolves when it has ended in order; a rejection ends the whole. */
  run(signal: AbortSignal): Promise<void>;
  /** What has to be there before the next stage begins, such as an informer's first list. */
  readonly ready?: Promise<void>;
}

export interface ManagerOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** For the parts of one stage to become ready. Default 60 s. */
  readonly readyMs?: number;
  /** For the parts of one stage to end after the stop. Default 30 s. */
  readonly stopMs?: number;
}

/** The parts that did not become ready, or did not end, in time. */
export class StageError extends FleetError {
  readonly reason = "NotInTime";
  readonly retryable = true;
}

interface Running {
  readonly stop: AbortController;
  readonly parts: ReadonlyMap<string, Promise<void>>;
}

/**
 * Starts stages of parts one after the other, each when the one before is ready, and stops them in the opposite order:
 * what feeds others is there before them and goes after them. One part that fails stops all.
 */
export class Manager {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #readyMs: number;
  readonly #stopMs: number;
  readonly #stages: Part[][] = [];

  constructor(options: ManagerOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#readyMs = options.readyMs ?? 60_000;
    this.#stopMs = options.stopMs ?? 30_000;
  }

  addStage(...parts: readonly Part[]): this {
    this.#stages.push([...parts]);
    return this;
  }

  /** Runs until the signal aborts and everything has ended. Rejects with the first failure, after stopping the rest. */
  async run(signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    const halt = new AbortController();
    const forget = onAbort(signal, () => halt.abort());
    const running: Running[] = [];
    try {
      for (const stage of this.#stages) {
        if (halt.signal.aborted) break;
        running.push(this.#start(stage, halt, failures));
        await this.#becomeReady(stage, halt.signal);
      }
      await untilAborted(halt.signal);
    } catch (error: unknown) {
      failures.unshift(error);
    }
    forget();
    for (const stage of running.reverse()) await this.#stop(stage, failures);
    if (failures.length > 0) throw failures[0];
  }

  #start(stage: readonly Part[], halt: AbortController, failures: unknown[]): Running {
    const stop = new AbortController();
    const parts = new Map(
      stage.map((part) => {
        const ended = part.run(stop.signal).catch((error: unknown) => {
          this.#log.error("a part failed", { part: part.name, error });
          failures.push(error);
          halt.abort();
        });
        return [part.name, ended];
      }),
    );
    return { stop, parts };
  }

  async #becomeReady(stage: readonly Part[], halted: AbortSignal): Promise<void> {
    const waiting = new Set(stage.filter(({ ready }) => ready !== undefined).map(({ name }) => name));
    if (waiting.size === 0) return;
    const all = Promise.all(stage.map(({ name, ready }) => ready?.then(() => waiting.delete(name))));
    if (await inTime(all, this.#clock, this.#readyMs, halted)) return;
    if (halted.aborted) return;
    throw new StageError(`not ready in ${this.#readyMs / 1_000} s: ${[...waiting].join(", ")}`);
  }

  async #stop({ stop, parts }: Running, failures: unknown[]): Promise<void> {
    const waiting = new Set(parts.keys());
    stop.abort();
    const all = Promise.all([...parts].map(([name, ended]) => ended.then(() => waiting.delete(name))));
    if (await inTime(all, this.#clock, this.#stopMs)) return;
    failures.push(new StageError(`not ended in ${this.#stopMs / 1_000} s: ${[...waiting].join(", ")}`));
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => onAbort(signal, resolve));
}

/** Whether the work ended before the limit and before the signal. */
async function inTime(work: Promise<unknown>, clock: Clock, limitMs: number, signal?: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const forget = onAbort(signal, () => over.abort());
  const ended = await Promise.race([work.then(() => true), sleep(clock, limitMs, over.signal).then(() => false)]);
  forget();
  over.abort();
  return ended;
}
