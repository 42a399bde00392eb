export interface ControllerOptions {
  /** Runs a task later, never at once. */
  readonly schedule: (task: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** Keys that wait for work, each once, worked off in turns so that requests come in between. */
export class WorkQueue {
  readonly #work: (key: string) => void;
  readonly #options: ControllerOptions;
  #keys = new Set<string>();
  #isScheduled = false;
  #isStopped = false;

  constructor(work: (key: string) => void, options: ControllerOptions) {
    this.#work = work;
    this.#options = options;
  }

  add(key: string): void {
    this.#keys.add(key);
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    this.#options.schedule(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    const keys = this.#keys;
    this.#keys = new Set();
    for (const key of keys) {
      if (this.#isStopped) return;
      try {
        this.#work(key);
      } catch (error: unknown) {
        this.#options.onError(error);
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#keys.clear();
  }
}
