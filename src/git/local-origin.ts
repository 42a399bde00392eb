import type { Clock } from "../base/clock.ts";
import type { GitBackend, ObjectStore } from "./backend.ts";
import type { ResolveOptions } from "./repository.ts";
import type { Refs } from "./revision.ts";
import type { Origin } from "./stored-repository.ts";

export interface LocalOriginOptions {
  readonly backend: GitBackend;
  readonly gitDirectory: string;
  /** As it may be shown: the URL that the repository stands for. */
  readonly url: string;
  readonly clock: Clock;
  readonly maxAgeMs: number;
}

/** A repository on this machine, read where it lies. */
export class LocalOrigin implements Origin {
  readonly url: string;
  readonly store: ObjectStore;
  readonly #options: LocalOriginOptions;
  #reading: { readonly startedAt: number; readonly refs: Promise<Refs> } | undefined;

  constructor(options: LocalOriginOptions) {
    this.#options = options;
    this.url = options.url;
    this.store = options.backend.openStore(options.gitDirectory);
  }

  refs({ refresh, maxAgeMs = this.#options.maxAgeMs, signal }: ResolveOptions): Promise<Refs> {
    const { backend, gitDirectory, clock } = this.#options;
    const now = clock.now();
    if (this.#reading !== undefined && refresh !== true && now - this.#reading.startedAt <= maxAgeMs)
      return this.#reading.refs;
    this.store.reload();
    const refs = backend.localRefs(gitDirectory, signal);
    const reading = { startedAt: now, refs };
    this.#reading = reading;
    refs.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return refs;
  }

  async admit(): Promise<void> {
    // Whoever may open the repository may read it.
  }

  async obtain(): Promise<boolean> {
    // There is nowhere to fetch from; a pack that was added since is found by looking again.
    this.store.reload();
    return true;
  }
}
