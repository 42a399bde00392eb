import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { type GitBackend, type ObjectStore, RedirectError } from "./backend.ts";
import type { GitCredentials } from "./credentials.ts";
import { GitCanceledError, GitCorruptError, GitRevisionError, GitUnreachableError, GitUrlError } from "./errors.ts";
import type { Remote } from "./git-environment.ts";
import { followRedirect } from "./http-client.ts";
import type { RemoteUrl } from "./remote-url.ts";
import type { ResolveOptions } from "./repository.ts";
import type { Refs } from "./revision.ts";

export interface MirrorOptions {
  readonly backend: GitBackend;
  /** Where the mirror lies or is to be made; ours alone. */
  readonly directory: string;
  readonly url: RemoteUrl;
  readonly clock: Clock;
  readonly maxAgeMs: number;
}

/** Who asks, and whom they trust. Made by `makeAccess`. */
export interface Access {
  /** Tells accesses apart without holding what they hold. */
  readonly key: string;
  readonly credentials: GitCredentials | undefined;
  readonly knownHosts: string;
}

interface Reading {
  readonly startedAt: number;
  readonly refs: Promise<Refs>;
}

const maxRedirects = 3;
const keptCommits = 200;
const keptReadings = 50;

/**
 * A bare mirror of one remote. What is known of the remote is kept per access: who has not been let in by the remote reads
 * nothing here, even when somebody else filled the mirror. One command at a time talks to the remote; who asks meanwhile
 * for the same shares its answer, and who gives up waiting does not end it for the others.
 */
export class Mirror {
  /** The mirror's objects; before anything was fetched there are none. */
  readonly store: ObjectStore;
  readonly #options: MirrorOptions;
  /** The last look at the remote's refs, done or under way. */
  readonly #readings = new Map<string, Reading>();
  /** Looks that have not begun, which whoever comes meanwhile joins. */
  readonly #waiting = new Map<string, Promise<Refs>>();
  readonly #admitted = new Set<string>();
  readonly #fetching = new Map<string, Promise<boolean>>();
  readonly #recent = new Set<string>();
  readonly #closing = new AbortController();
  #opened: ObjectStore | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #url: RemoteUrl;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#url = options.url;
    this.store = {
      read: (oid, maxBytes) => this.#using(async (store) => store.read(oid, maxBytes)),
      has: async (oid) => (await this.#using((store) => store.has(oid))) ?? false,
      expand: (prefix) => this.#using((store) => store.expand(prefix)),
      reload: () => this.#opened?.reload(),
      close: () => this.#opened?.close(),
    };
  }

  /** Ends what is under way, and waits for it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue;
    this.#opened?.close();
  }

  /** The remote's refs, as old as the options allow. */
  refs(access: Access, options: ResolveOptions): Promise<Refs> {
    const known = this.#readings.get(access.key);
    const maxAgeMs = options.maxAgeMs ?? this.#options.maxAgeMs;
    const isFresh = known !== undefined && this.#options.clock.now() - known.startedAt <= maxAgeMs;
    const refs = isFresh && options.refresh !== true ? known.refs : this.#look(access);
    return unlessAborted(refs, options.signal);
  }

  /** Makes sure that the remote has let this access in once. */
  async admit(access: Access, options: ResolveOptions): Promise<void> {
    if (this.#admitted.has(access.key) && options.refresh !== true) return;
    await this.refs(access, { ...options, maxAgeMs: Number.POSITIVE_INFINITY });
  }

  /** Brings an object into the mirror, or with `"all"` everything; false when the remote does not have it. */
  obtain(access: Access, wanted: string | "all", signal: AbortSignal | undefined): Promise<boolean> {
    let fetching = this.#fetching.get(wanted);
    if (fetching === undefined) {
      fetching = this.#inTurn(() => this.#obtain(access, wanted)).finally(() => this.#fetching.delete(wanted));
      this.#fetching.set(wanted, fetching);
    }
    return unlessAborted(fetching, signal);
  }

  #look(access: Access): Promise<Refs> {
    const waiting = this.#waiting.get(access.key);
    if (waiting !== undefined) return waiting;
    const look = this.#inTurn(() => {
      this.#waiting.delete(access.key);
      const refs = this.#readRefs(access);
      this.#readings.set(access.key, { startedAt: this.#options.clock.now(), refs });
      // Tokens are renewed; what was read with those before is not asked for again.
      for (const oldest of this.#readings.keys()) if (this.#readings.size > keptReadings) this.#readings.delete(oldest);
      return refs;
    });
    this.#waiting.set(access.key, look);
    return look;
  }

  async #readRefs(access: Access): Promise<Refs> {
    try {
      const refs = await this.#talk(access, (remote, signal) => this.#options.backend.remoteRefs(remote, signal));
      this.#admitted.add(access.key);
      return refs;
    } catch (error: unknown) {
      // A remote that shuts its door shuts it here too; one that is out of reach does not.
      this.#readings.delete(access.key);
      if (!isRetryable(error)) this.#admitted.delete(access.key);
      throw error;
    }
  }

  async #obtain(access: Access, wanted: string | "all"): Promise<boolean> {
    if (wanted !== "all" && (await this.store.has(wanted))) return true;
    const idLength = wanted === "all" ? await this.#idLength(access) : wanted.length;
    try {
      await this.#fetch(access, wanted, idLength);
    } catch (error: unknown) {
      if (!(error instanceof GitCorruptError)) throw error;
      await this.#recreate(idLength);
      await this.#fetch(access, wanted, idLength);
    }
    this.#opened?.reload();
    await this.#tidy(wanted);
    return wanted === "all" || this.store.has(wanted);
  }

  async #fetch(access: Access, wanted: string | "all", idLength: number): Promise<void> {
    const { backend, directory } = this.#options;
    if (!this.#isMade()) await this.#recreate(idLength);
    const fetch = (what: string | "all") =>
      this.#talk(access, (remote, signal) => backend.fetch(directory, remote, what, signal));
    try {
      await fetch(wanted);
    } catch (error: unknown) {
      if (!(error instanceof GitRevisionError) || wanted === "all") throw error;
      // Servers may refuse an object that no ref names; it can still be in the history of one.
      await fetch("all");
    }
  }

  /** Lets the backend make one pack of many, keeping what was asked for last. */
  async #tidy(wanted: string): Promise<void> {
    this.#recent.delete(wanted);
    this.#recent.add(wanted);
    for (const oldest of this.#recent) if (this.#recent.size > keptCommits) this.#recent.delete(oldest);
    await this.#options.backend.compact(this.#options.directory, [...this.#recent]);
    this.#opened?.reload();
  }

  async #idLength(access: Access): Promise<number> {
    const [first] = (await (this.#readings.get(access.key)?.refs ?? Promise.resolve(new Map()))).values();
    return first?.oid.length ?? 40;
  }

  #isMade(): boolean {
    return existsSync(join(this.#options.directory, "HEAD"));
  }

  async #recreate(idLength: number): Promise<void> {
    this.#opened?.close();
    this.#opened = undefined;
    await this.#options.backend.createMirror(this.#options.directory, idLength);
  }

  #open(): ObjectStore | undefined {
    if (this.#closing.signal.aborted) throw new GitUnreachableError("the git cache was closed");
    if (this.#opened === undefined && this.#isMade())
      this.#opened = this.#options.backend.openStore(this.#options.directory);
    return this.#opened;
  }

  async #using<T>(read: (store: ObjectStore) => Promise<T>): Promise<T | undefined> {
    const store = this.#open();
    if (store === undefined) return undefined;
    try {
      return await read(store);
    } catch (error: unknown) {
      if (error instanceof GitCorruptError) await this.#inTurn(async () => this.#discard(store));
      throw error;
    }
  }

  /** A mirror that broke on disk is worth no repair: everything in it is at the remote. */
  #discard(store: ObjectStore): void {
    if (this.#opened !== store) return;
    store.close();
    this.#opened = undefined;
    rmSync(this.#options.directory, { recursive: true, force: true });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    // The queue goes on after a failure; who asked hears of it.
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Talks to the remote where it is now; a redirect on its own host is followed and remembered. */
  async #talk<T>(access: Access, run: (remote: Remote, signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let redirects = 0; ; redirects++) {
      try {
        return await run({ url: this.#url, ...access }, this.#closing.signal);
      } catch (error: unknown) {
        if (!(error instanceof RedirectError)) throw error;
        if (redirects >= maxRedirects) throw new GitUrlError(`the remote redirects more than ${maxRedirects} times`);
        this.#url = followRedirect(this.#url, error.location);
      }
    }
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && "retryable" in error && error.retryable === true;
}

/** The promise, unless the signal comes first; what it stands for goes on for whoever else waits. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new GitCanceledError("waiting for the remote was called off"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

export function makeAccess(credentials: GitCredentials | undefined, knownHosts: string): Access {
  const entries = Object.entries(credentials ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = createHash("sha256")
    .update(JSON.stringify([entries, knownHosts]))
    .digest("hex");
  return { key, credentials, knownHosts };
}
