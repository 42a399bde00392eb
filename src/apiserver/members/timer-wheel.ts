import type { Clock, Timer } from "../../base/clock.ts";

/** Due times are rounded up to this, so that what falls together runs together. */
const slotMs = 20;
/** After so many tasks the event loop gets its turn: a thousand members must not hold up a request. */
const tasksPerTurn = 200;

/** Runs any number of tasks at their times with one timer of the clock. */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #slots = new Map<number, (() => void)[]>();
  #timer: Timer | undefined;
  #timerSlot = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number of tasks waiting. */
  get waiting(): number {
    let count = 0;
    for (const tasks of this.#slots.values()) count += tasks.length;
    return count;
  }

  /** Runs the task after a delay, never before this call returns. */
  after(delayMs: number, task: () => void): void {
    if (this.#isClosed) return;
    const slot = Math.ceil((this.#clock.now() + Math.max(0, delayMs)) / slotMs);
    const tasks = this.#slots.get(slot);
    if (tasks === undefined) this.#slots.set(slot, [task]);
    else tasks.push(task);
    if (slot < this.#timerSlot) this.#arm(slot);
  }

  /** Forgets every task. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#slots.clear();
  }

  #arm(slot: number): void {
    this.#timer?.cancel();
    this.#timerSlot = slot;
    const delayMs = Math.max(0, slot * slotMs - this.#clock.now());
    this.#timer = this.#clock.after(delayMs, () => this.#turn(), { background: true });
  }

  #turn(): void {
    this.#timerSlot = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due = [...this.#slots.keys()].filter((slot) => slot * slotMs <= now).sort((a, b) => a - b);
    let left = tasksPerTurn;
    for (const slot of due) {
      const tasks = this.#slots.get(slot) ?? [];
      const batch = tasks.splice(0, left);
      if (tasks.length === 0) this.#slots.delete(slot);
      left -= batch.length;
      for (const task of batch) task();
      if (left === 0) break;
    }
    if (this.#slots.size > 0) this.#arm(Math.min(...this.#slots.keys()));
  }
}
