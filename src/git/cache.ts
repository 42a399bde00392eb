import { createHash } from "node:crypto";
import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import type { GitBackend } from "./backend.ts";
import { type OwnedDirectory, ownDirectory } from "./cache-directory.ts";
import type { GitCredentials } from "./credentials.ts";
import { DirectoryOrigin } from "./directory.ts";
import { GitNotFoundError, GitUnreachableError, GitUrlError } from "./errors.ts";
import { findGitDirectory } from "./git-directory.ts";
import { isomorphicGit } from "./isomorphic.ts";
import { defaultGitLimits, type GitLimits } from "./limits.ts";
import { LocalOrigin } from "./local-origin.ts";
import { Mirror, makeAccess } from "./mirror.ts";
import { nativeGit, nativeGitVersion } from "./native.ts";
import type { ProcessEnvironment } from "./process.ts";
import { cacheKey, displayUrl, isSameUrl, parseRemoteUrl, type RemoteUrl } from "./remote-url.ts";
import type { GitRepository, GitSource } from "./repository.ts";
import { type Origin, StoredRepository } from "./stored-repository.ts";
import { TreeReader } from "./tree-reader.ts";

/** A directory on this machine that stands for a URL: a git repository, or a plain directory. */
export interface Mapping {
  readonly url: string;
  readonly path: string;
}

export interface GitCacheOptions {
  /** What fleetset was started with: PATH and proxies are used of it. */
  readonly environment: ProcessEnvironment;
  /** Where mirrors outlive the process; default: a temporary directory that goes with it. */
  readonly cacheDirectory?: string | undefined;
  /** Default `auto`: native where git 2.31 or newer is on PATH, isomorphic otherwise. */
  readonly backend?: "auto" | "native" | "isomorphic";
  /** How old the knowledge of a remote's refs may be before it is asked again. Default 3 minutes. */
  readonly maxAgeMs?: number;
  readonly limits?: Partial<GitLimits>;
  readonly clock?: Clock;
  /** The login for a URL that a project may use: usually `selectCredentials` over the Secrets of the moment. */
  readonly credentials?: (url: string, project: string | undefined) => GitCredentials | undefined;
  /** The text of known_hosts of the moment: `ssh_known_hosts` of the ConfigMap argocd-ssh-known-hosts-cm. */
  readonly knownHosts?: () => string;
  /** Directories on this machine that stand for URLs. */
  readonly mappings?: readonly Mapping[];
  /** Dials nothing: a URL without a mapping is an error. */
  readonly isOffline?: boolean;
  /** Directories below which `file://` URLs and absolute paths may name repositories. */
  readonly allowLocal?: readonly string[];
}

interface Opened {
  readonly origin: Origin;
  readonly reader: TreeReader;
}

interface Mirrored {
  readonly mirror: Mirror;
  readonly reader: TreeReader;
}

const defaultMaxAgeMs = 3 * 60_000;

/** Opens repositories: mapped directories, allowed ones on this machine, and remotes through mirrors. */
export class GitCache implements GitSource {
  readonly #options: GitCacheOptions;
  readonly #limits: GitLimits;
  readonly #clock: Clock;
  readonly #locals = new Map<string, Promise<Opened>>();
  readonly #mirrors = new Map<string, Mirrored>();
  #directory: OwnedDirectory | undefined;
  #backend: Promise<GitBackend> | undefined;
  #isClosed = false;

  constructor(options: GitCacheOptions) {
    this.#options = options;
    this.#limits = { ...defaultGitLimits, ...options.limits };
    this.#clock = options.clock ?? systemClock;
  }

  async open(url: string, { project }: { readonly project?: string | undefined } = {}): Promise<GitRepository> {
    if (this.#isClosed) throw new GitUnreachableError("the git cache was closed");
    const mapping = this.#options.mappings?.find((candidate) => isSameUrl(candidate.url, url));
    if (mapping !== undefined) return this.#repository(await this.#openMapped(mapping.path, displayUrl(url)));
    if (this.#options.isOffline === true) {
      throw new GitUrlError(
        `no directory stands for the repository ${displayUrl(url)}, and nothing is dialled offline`,
        {
          details: { remedy: `add --repo ${displayUrl(url)}=PATH` },
        },
      );
    }
    const remote = parseRemoteUrl(url);
    if (remote.kind === "local") return this.#repository(await this.#openAllowed(remote.url));
    return this.#openRemote(remote, url, project);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#mirrors.values()].map(({ mirror }) => mirror.close()));
    const locals = await Promise.allSettled(this.#locals.values());
    for (const local of locals) if (local.status === "fulfilled") local.value.origin.store.close();
    this.#directory?.release();
    this.#directory = undefined;
  }

  #repository({ origin, reader }: Opened): GitRepository {
    return new StoredRepository(origin, reader, this.#limits);
  }

  #openMapped(path: string, url: string): Promise<Opened> {
    return this.#openLocal(`${url}\n${resolve(path)}`, async () => {
      const gitDirectory = findGitDirectory(path);
      if (gitDirectory === undefined) return new DirectoryOrigin(path, url, this.#limits);
      return new LocalOrigin({ ...(await this.#common()), gitDirectory: resolve(gitDirectory), url });
    });
  }

  #openAllowed(path: string): Promise<Opened> {
    return this.#openLocal(path, async () => {
      const gitDirectory = findGitDirectory(this.#allowed(path));
      if (gitDirectory === undefined) throw new GitNotFoundError(`${path} is no git repository`);
      return new LocalOrigin({ ...(await this.#common()), gitDirectory: this.#allowed(gitDirectory), url: path });
    });
  }

  #openLocal(key: string, make: () => Promise<Origin>): Promise<Opened> {
    let opened = this.#locals.get(key);
    if (opened === undefined) {
      opened = make().then((origin) => ({ origin, reader: new TreeReader(origin.store, this.#limits) }));
      this.#locals.set(key, opened);
      // What could not be opened may be there the next time.
      opened.catch(() => this.#locals.delete(key));
    }
    return opened;
  }

  async #openRemote(remote: RemoteUrl, url: string, project: string | undefined): Promise<GitRepository> {
    const { mirror, reader } = await this.#mirror(remote);
    const credentials = withLogin(this.#options.credentials?.(url, project), remote);
    const access = makeAccess(credentials, this.#options.knownHosts?.() ?? "");
    const origin: Origin = {
      url: displayUrl(remote.url),
      store: mirror.store,
      refs: (options) => mirror.refs(access, options),
      admit: (options) => mirror.admit(access, options),
      obtain: (wanted, signal) => mirror.obtain(access, wanted, signal),
    };
    return this.#repository({ origin, reader });
  }

  async #mirror(url: RemoteUrl): Promise<Mirrored> {
    const common = await this.#common();
    const key = cacheKey(url);
    let mirrored = this.#mirrors.get(key);
    if (mirrored === undefined) {
      const name = `${common.backend.name}-${createHash("sha256").update(key).digest("hex").slice(0, 32)}.git`;
      const mirror = new Mirror({ ...common, url, directory: join(this.#own().path, name) });
      mirrored = { mirror, reader: new TreeReader(mirror.store, this.#limits) };
      this.#mirrors.set(key, mirrored);
    }
    return mirrored;
  }

  async #common() {
    this.#backend ??= this.#chooseBackend();
    return { backend: await this.#backend, clock: this.#clock, maxAgeMs: this.#options.maxAgeMs ?? defaultMaxAgeMs };
  }

  async #chooseBackend(): Promise<GitBackend> {
    const { environment, backend = "auto" } = this.#options;
    const home = this.#home();
    const common = { environment, limits: this.#limits, clock: this.#clock };
    if (backend === "isomorphic") return isomorphicGit(common);
    const version = await nativeGitVersion(environment, home, this.#clock);
    if (version !== undefined) return nativeGit({ ...common, home });
    if (backend === "auto") return isomorphicGit(common);
    throw new GitUnreachableError("git 2.31 or newer is not on PATH", { details: { remedy: "install git" } });
  }

  #own(): OwnedDirectory {
    return (this.#directory ??= ownDirectory(this.#options.cacheDirectory));
  }

  /** An empty home for git; keys that a killed process left there go. */
  #home(): string {
    const home = join(realpathSync(this.#own().path), "home");
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { mode: 0o700 });
    return home;
  }

  #allowed(path: string): string {
    const asked = realPath(path);
    const isAllowed = (this.#options.allowLocal ?? []).some((directory) => {
      const allowed = realPath(directory);
      return (
        asked !== undefined && allowed !== undefined && (asked === allowed || asked.startsWith(`${allowed}${sep}`))
      );
    });
    if (asked !== undefined && isAllowed) return asked;
    throw new GitUrlError(`the repository ${path} on this machine may not be read`, {
      details: { remedy: "use an https or ssh URL, or start with --allow-local-repository DIR" },
    });
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or not for us to see: for the caller both mean that it may not be read.
    return undefined;
  }
}

/** A login that the URL itself carries stands in for one from a Secret. */
function withLogin(
  credentials: GitCredentials | undefined,
  { kind, username, password }: RemoteUrl,
): GitCredentials | undefined {
  if (kind !== "http" || credentials?.password !== undefined || credentials?.bearerToken !== undefined)
    return credentials;
  if (username === undefined && password === undefined) return credentials;
  // A token alone is often written where the user's name stands.
  return { ...credentials, username: username ?? "", password: password ?? "" };
}
