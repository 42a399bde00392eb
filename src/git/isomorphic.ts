import fs from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type GitBackend, type ObjectStore, RedirectError, type StoredObject } from "./backend.ts";
import { scrub, secretTextsOf } from "./credentials.ts";
import {
  classifyFailure,
  GitCanceledError,
  GitCorruptError,
  GitError,
  GitLimitError,
  GitObjectError,
  GitRevisionError,
  GitTimeoutError,
  GitUnsupportedError,
} from "./errors.ts";
import type { Remote } from "./git-environment.ts";
import { HttpClient, isRedirect, withoutSlash } from "./http-client.ts";
import type { GitLimits } from "./limits.ts";
import type { ProcessEnvironment } from "./process.ts";
import { tooManyRefs } from "./ref-list.ts";
import { isRefName, type Refs, type RefTarget } from "./revision.ts";

type Library = typeof import("isomorphic-git");
type LibraryHttp = import("isomorphic-git").HttpClient;

export interface IsomorphicOptions {
  readonly limits: GitLimits;
  readonly clock: Clock;
  /** What fleetset was started with; its proxies are used. */
  readonly environment: ProcessEnvironment;
}

interface Exchange {
  readonly git: Library;
  readonly http: LibraryHttp;
  readonly url: string;
}

const lastFetched = "refs/fleetset/last";

/**
 * Speaks to repositories in this process, for machines without git: over http and https, on SHA-1 repositories. It holds
 * packs in memory, and unpacks objects before their size is known: what a remote can make it use is bounded by
 * `maxRepositoryBytes` of packed data only.
 */
export function isomorphicGit(options: IsomorphicOptions): GitBackend {
  return new IsomorphicGit(options);
}

async function load(): Promise<Library> {
  return (await import("isomorphic-git")).default as unknown as Library;
}

class IsomorphicGit implements GitBackend {
  readonly name = "isomorphic";
  readonly #options: IsomorphicOptions;

  constructor(options: IsomorphicOptions) {
    this.#options = options;
  }

  openStore(gitDirectory: string): ObjectStore {
    return new IsomorphicStore(gitDirectory);
  }

  async localRefs(gitDirectory: string): Promise<Refs> {
    const git = await load();
    const { maxRefs } = this.#options.limits;
    const names = await git.listRefs({ fs, gitdir: gitDirectory, filepath: "refs" });
    if (names.length > maxRefs) throw tooManyRefs(maxRefs);
    const refs = new Map<string, RefTarget>();
    for (const name of ["HEAD", ...names.map((short) => `refs/${short}`).sort()]) {
      const oid = await git.resolveRef({ fs, gitdir: gitDirectory, ref: name }).catch((error: unknown) => {
        // HEAD of a new repository names a branch that does not exist yet, and a symbolic ref may dangle.
        if (isNotFound(error)) return undefined;
        throw failed("cannot read the refs of the repository", error, []);
      });
      if (oid !== undefined && isRefName(name)) refs.set(name, { oid });
    }
    return refs;
  }

  remoteRefs(remote: Remote, signal?: AbortSignal): Promise<Refs> {
    const { refsTimeoutMs, maxRefs } = this.#options.limits;
    return this.#exchange(remote, "list the refs", refsTimeoutMs, signal, async ({ git, http, url }) => {
      const refs = new Map<string, RefTarget>();
      const listed = await git.listServerRefs({ http, url, symrefs: true, peelTags: true });
      for (const { ref, oid, peeled } of listed) {
        if (isRefName(ref)) refs.set(ref, peeled === undefined ? { oid } : { oid, peeled });
        if (refs.size > maxRefs) throw tooManyRefs(maxRefs);
      }
      // A repository with longer ids looks empty to the library.
      if (refs.size === 0 && (await hasLongIds(git, http, url))) throw longIds();
      return refs;
    });
  }

  async createMirror(gitDirectory: string, idLength: number): Promise<void> {
    if (idLength !== 40) throw longIds();
    const git = await load();
    fs.rmSync(gitDirectory, { recursive: true, force: true });
    fs.mkdirSync(gitDirectory, { recursive: true, mode: 0o700 });
    await git.init({ fs, gitdir: gitDirectory, bare: true });
    await git.setConfig({
      fs,
      gitdir: gitDirectory,
      path: "remote.origin.fetch",
      value: "+refs/heads/*:refs/fleetset/heads/*",
    });
  }

  async fetch(gitDirectory: string, remote: Remote, wanted: string | "all", signal?: AbortSignal): Promise<void> {
    const before = new Set(packFiles(gitDirectory));
    const { fetchTimeoutMs } = this.#options.limits;
    try {
      await this.#exchange(remote, "fetch", fetchTimeoutMs, signal, async ({ git, http, url }) => {
        const common = { fs, http, gitdir: gitDirectory, remote: "origin", url };
        if (wanted === "all") await git.fetch({ ...common, singleBranch: false, tags: true });
        else await git.fetch({ ...common, ref: lastFetched, remoteRef: wanted, singleBranch: true, tags: false });
        if (wanted === "all") return;
        await git.readObject({ fs, gitdir: gitDirectory, oid: wanted, cache: {} });
        await git.writeRef({ fs, gitdir: gitDirectory, ref: lastFetched, value: wanted, force: true });
      });
    } catch (error: unknown) {
      // A pack that came in part would be found and believed by the next read.
      const fresh = packFiles(gitDirectory).filter((name) => !before.has(name));
      for (const name of fresh) fs.rmSync(join(packDirectory(gitDirectory), name), { force: true });
      throw error;
    }
  }

  async compact(gitDirectory: string): Promise<void> {
    const packs = packFiles(gitDirectory).filter((name) => name.endsWith(".pack"));
    // The library cannot make one pack of many; to start anew now and then costs less than to look through all of them.
    if (packs.length > this.#options.limits.maxPacks) await this.createMirror(gitDirectory, 40);
  }

  async #exchange<T>(
    remote: Remote,
    what: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    run: (exchange: Exchange) => Promise<T>,
  ): Promise<T> {
    if (remote.url.kind !== "http") {
      throw new GitUnsupportedError(`${remote.url.kind} needs git on this machine`, {
        details: { remedy: "install git 2.31 or newer, or use an https URL" },
      });
    }
    const client = await HttpClient.open(remote, this.#options.environment);
    const timeout = new AbortController();
    const timer = this.#options.clock.after(timeoutMs, () => timeout.abort());
    const signals = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
    try {
      const http = libraryHttp(client, signals, this.#options.limits.maxRepositoryBytes);
      return await run({ git: await load(), http, url: withoutSlash(remote.url.url) });
    } catch (error: unknown) {
      if (timeout.signal.aborted) throw new GitTimeoutError(`cannot ${what}: it took longer than ${timeoutMs} ms`);
      if (signal?.aborted === true) throw new GitCanceledError(`cannot ${what}: it was called off`);
      throw failed(`cannot ${what}`, error, secretTextsOf(remote.credentials));
    } finally {
      timer.cancel();
      await client.close();
    }
  }
}

function libraryHttp(client: HttpClient, signal: AbortSignal, maxBytes: number): LibraryHttp {
  return {
    async request({ url, method = "GET", headers = {}, body }) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body ?? []) chunks.push(chunk);
      const sent = chunks.length === 0 ? undefined : Buffer.concat(chunks);
      const answer = await client.send({ url, method, headers, body: sent }, { signal, maxBytes });
      if (isRedirect(answer.status)) throw new RedirectError(answer.headers.location);
      return {
        url,
        method,
        statusCode: answer.status,
        statusMessage: answer.statusText,
        headers: answer.headers,
        body: answer.body as AsyncIterableIterator<Uint8Array>,
      };
    },
  };
}

async function hasLongIds(git: Library, http: LibraryHttp, url: string): Promise<boolean> {
  const info: { readonly capabilities?: { readonly [name: string]: unknown } } = await git.getRemoteInfo2({
    http,
    url,
  });
  return info.capabilities?.["object-format"] === "sha256";
}

function longIds(): GitUnsupportedError {
  return new GitUnsupportedError("the repository names its objects by SHA-256, which needs git on this machine", {
    details: { remedy: "install git 2.31 or newer" },
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "NotFoundError";
}

function failed(what: string, error: unknown, secrets: readonly string[]): Error {
  if (error instanceof GitError || error instanceof RedirectError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const text = scrub(`${messageOf(error)}${cause}`, secrets).slice(0, 600);
  if (isNotFound(error) || /not our ref|unadvertised object/i.test(text))
    return new GitRevisionError("the remote has no such object");
  return classifyFailure(text, `${what}: ${text}`);
}

function packDirectory(gitDirectory: string): string {
  return join(gitDirectory, "objects", "pack");
}

function packFiles(gitDirectory: string): string[] {
  return fs.existsSync(packDirectory(gitDirectory)) ? fs.readdirSync(packDirectory(gitDirectory)) : [];
}

class IsomorphicStore implements ObjectStore {
  readonly #gitDirectory: string;
  #cache = {};

  constructor(gitDirectory: string) {
    this.#gitDirectory = gitDirectory;
  }

  async read(oid: string, maxBytes: number): Promise<StoredObject | undefined> {
    const git = await load();
    try {
      const found = await git.readObject({
        fs,
        gitdir: this.#gitDirectory,
        oid,
        format: "content",
        cache: this.#cache,
      });
      const content = Buffer.from(found.object as Uint8Array);
      if (content.length > maxBytes)
        throw new GitLimitError(`object ${oid} has ${content.length} bytes, more than ${maxBytes}`);
      return { type: found.type as StoredObject["type"], content };
    } catch (error: unknown) {
      if (isNotFound(error)) return undefined;
      if (error instanceof GitError) throw error;
      throw new GitCorruptError(`object ${oid} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  async has(oid: string): Promise<boolean> {
    return (await this.read(oid, Number.POSITIVE_INFINITY)) !== undefined;
  }

  async expand(prefix: string): Promise<string | undefined> {
    const git = await load();
    try {
      return await git.expandOid({ fs, gitdir: this.#gitDirectory, oid: prefix, cache: this.#cache });
    } catch (error: unknown) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "NotFoundError" || code === "AmbiguousError") return undefined;
      throw new GitObjectError(`object ${prefix} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  reload(): void {
    this.#cache = {};
  }

  close(): void {
    this.#cache = {};
  }
}
