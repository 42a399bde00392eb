import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { type GitBackend, type ObjectStore, type ObjectType, RedirectError, type StoredObject } from "./backend.ts";
import { BatchProcess } from "./batch.ts";
import { scrub, secretTextsOf } from "./credentials.ts";
import { classifyFailure, GitLimitError, GitObjectError, GitRevisionError } from "./errors.ts";
import { localEnvironment, type Remote, remoteEnvironment } from "./git-environment.ts";
import { probeRedirect } from "./http-client.ts";
import type { GitLimits } from "./limits.ts";
import { type ProcessEnvironment, type RunResult, runProcess, startProcess } from "./process.ts";
import { parseRefList } from "./ref-list.ts";
import type { Refs } from "./revision.ts";

export interface NativeOptions {
  readonly limits: GitLimits;
  readonly clock: Clock;
  /** What fleetset was started with; only what git needs of it is handed on. */
  readonly environment: ProcessEnvironment;
  /** A directory of our own: HOME of the commands, and where keys lie while they are needed. */
  readonly home: string;
  /** How long a process that reads objects is kept when nobody asks. Default 30 s. */
  readonly idleMs?: number;
}

const maxRefListBytes = 64 * 1024 * 1024;
const maxQuietOutputBytes = 1024 * 1024;
const refused = /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|not found in upstream/i;

/** The version of the git program that the environment's PATH finds; undefined when it is missing or too old to be safe. */
export async function nativeGitVersion(
  environment: ProcessEnvironment,
  home: string,
  clock: Clock,
): Promise<string | undefined> {
  const env = localEnvironment(environment, home);
  const options = { env, clock, timeoutMs: 10_000, maxOutputBytes: 4_096 };
  const result = await runProcess("git", ["version"], options).catch(() => undefined);
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(result?.stdout.toString("utf8") ?? "") ?? [];
  if (major === undefined) return undefined;
  // Older ones do not read configuration from the environment, which is how we hand it over.
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 31) ? `${major}.${minor}` : undefined;
}

/** Speaks to repositories through the git program: without a shell, and under configuration of ours alone. */
export function nativeGit(options: NativeOptions): GitBackend {
  return new NativeGit(options);
}

class NativeGit implements GitBackend {
  readonly name = "native";
  readonly #options: NativeOptions;

  constructor(options: NativeOptions) {
    this.#options = options;
  }

  openStore(gitDirectory: string): ObjectStore {
    const { environment, home } = this.#options;
    return new NativeStore(gitDirectory, localEnvironment(environment, home), this.#options);
  }

  async localRefs(gitDirectory: string, signal?: AbortSignal): Promise<Refs> {
    const args = [`--git-dir=${gitDirectory}`, "show-ref", "--head", "--dereference"];
    const result = await this.#runLocal(args, maxRefListBytes, signal);
    // It ends with 1 when there are no refs, also where that is fine: in a new repository.
    if (result.code !== 0 && result.stderr.trim() !== "")
      throw failed("cannot read the refs of the repository", result.stderr);
    return parseRefList(result.stdout.toString("utf8"), this.#options.limits.maxRefs);
  }

  async remoteRefs(remote: Remote, signal?: AbortSignal): Promise<Refs> {
    const { limits } = this.#options;
    const result = await this.#runRemote(remote, ["ls-remote", "--quiet", "--", remote.url.url], {
      timeoutMs: limits.refsTimeoutMs,
      maxOutputBytes: maxRefListBytes,
      signal,
    });
    if (result.code !== 0) throw await this.#remoteFailure(remote, "list the refs", result.stderr);
    return parseRefList(result.stdout.toString("utf8"), limits.maxRefs);
  }

  async createMirror(gitDirectory: string, idLength: number): Promise<void> {
    rmSync(gitDirectory, { recursive: true, force: true });
    mkdirSync(gitDirectory, { recursive: true, mode: 0o700 });
    const format = idLength === 64 ? ["--object-format=sha256"] : [];
    const args = ["init", "--quiet", "--bare", "--template=", ...format, "--", gitDirectory];
    const result = await this.#runLocal(args, maxQuietOutputBytes);
    if (result.code !== 0) throw failed("cannot make a mirror", result.stderr);
  }

  async fetch(gitDirectory: string, remote: Remote, wanted: string | "all", signal?: AbortSignal): Promise<void> {
    const { limits } = this.#options;
    const refspecs =
      wanted === "all"
        ? ["+refs/heads/*:refs/fleetset/heads/*", "+refs/tags/*:refs/fleetset/tags/*"]
        : [`+${wanted}:refs/fleetset/objects/${wanted}`];
    const flags = ["--quiet", "--no-tags", "--force", ...(wanted === "all" ? ["--prune"] : [])];
    removeUnfinished(gitDirectory);
    const result = await this.#runRemote(
      remote,
      [`--git-dir=${gitDirectory}`, "fetch", ...flags, "--", remote.url.url, ...refspecs],
      {
        timeoutMs: limits.fetchTimeoutMs,
        maxOutputBytes: maxQuietOutputBytes,
        signal,
        watch: () => checkSize(gitDirectory, limits.maxRepositoryBytes),
      },
    ).finally(() => removeUnfinished(gitDirectory));
    const excess = checkSize(gitDirectory, limits.maxRepositoryBytes);
    if (excess !== undefined) throw excess;
    if (result.code === 0) return;
    if (refused.test(result.stderr)) throw new GitRevisionError(`the remote has no object ${wanted}`);
    throw await this.#remoteFailure(remote, "fetch", result.stderr);
  }

  async compact(gitDirectory: string, keep: readonly string[]): Promise<void> {
    if (packFiles(gitDirectory).filter((name) => name.endsWith(".pack")).length <= this.#options.limits.maxPacks)
      return;
    const listed = await this.localRefs(gitDirectory);
    const kept = new Set(keep);
    for (const [name, { oid, peeled }] of listed) {
      if (kept.has(oid) || kept.has(peeled ?? "") || !name.startsWith("refs/fleetset/")) continue;
      await this.#runLocal([`--git-dir=${gitDirectory}`, "update-ref", "-d", "--", name], maxQuietOutputBytes);
    }
    const result = await this.#runLocal([`--git-dir=${gitDirectory}`, "repack", "-a", "-d", "-q"], maxQuietOutputBytes);
    if (result.code !== 0) throw failed("cannot repack the mirror", result.stderr);
  }

  #runLocal(args: readonly string[], maxOutputBytes: number, signal?: AbortSignal): Promise<RunResult> {
    const { environment, home, clock, limits } = this.#options;
    const env = localEnvironment(environment, home);
    return runProcess("git", args, { env, clock, maxOutputBytes, signal, timeoutMs: limits.fetchTimeoutMs });
  }

  async #runRemote(
    remote: Remote,
    args: readonly string[],
    options: Omit<Parameters<typeof runProcess>[2], "env" | "clock">,
  ): Promise<RunResult> {
    const { environment, home, clock } = this.#options;
    const prepared = remoteEnvironment(environment, home, remote);
    try {
      const result = await runProcess("git", args, { ...options, env: prepared.env, clock });
      return { ...result, stderr: scrub(result.stderr, secretTextsOf(remote.credentials)) };
    } finally {
      prepared.discard();
    }
  }

  async #remoteFailure(remote: Remote, what: string, stderr: string): Promise<Error> {
    if (remote.url.kind === "http" && /returned error: 30[12378]/.test(stderr)) {
      const { environment, limits } = this.#options;
      return new RedirectError(await probeRedirect(remote, environment, limits.refsTimeoutMs));
    }
    return failed(`cannot ${what}`, stderr);
  }
}

function failed(what: string, stderr: string): Error {
  const said = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^(fatal|error|remote|ssh)\b|verification failed|denied/i.test(line));
  const reason = (said.length === 0 ? stderr.trim() : said.join("; ")).replace(/^fatal: /, "").slice(0, 600);
  return classifyFailure(stderr, `${what}: ${reason || "git gave no reason"}`);
}

function packFiles(gitDirectory: string): string[] {
  try {
    return readdirSync(join(gitDirectory, "objects", "pack"));
  } catch {
    // A mirror without a pack directory holds nothing yet.
    return [];
  }
}

function checkSize(gitDirectory: string, maxBytes: number): GitLimitError | undefined {
  let size = 0;
  for (const name of packFiles(gitDirectory)) {
    size += statSync(join(gitDirectory, "objects", "pack", name), { throwIfNoEntry: false })?.size ?? 0;
  }
  if (size <= maxBytes) return undefined;
  return new GitLimitError(`the repository is larger than ${maxBytes} bytes`, {
    details: { remedy: "raise the limit, or move large files out of the repository" },
  });
}

/** Removes what a fetch that was ended left behind. */
function removeUnfinished(gitDirectory: string): void {
  for (const name of packFiles(gitDirectory)) {
    if (name.startsWith("tmp_")) rmSync(join(gitDirectory, "objects", "pack", name), { force: true });
  }
}

class NativeStore implements ObjectStore {
  readonly #sizes: BatchProcess;
  readonly #contents: BatchProcess;

  constructor(gitDirectory: string, env: ProcessEnvironment, options: NativeOptions) {
    const { clock, limits, idleMs = 30_000 } = options;
    const open = (flag: string, hasContent: boolean) => {
      const start = () => startProcess("git", [`--git-dir=${gitDirectory}`, "cat-file", flag], env);
      return new BatchProcess({ start, hasContent, clock, readTimeoutMs: limits.readTimeoutMs, idleMs });
    };
    this.#sizes = open("--batch-check", false);
    this.#contents = open("--batch", true);
  }

  async read(oid: string, maxBytes: number): Promise<StoredObject | undefined> {
    // Sizes come first: a small delta can stand for an object that fills the memory.
    const known = await this.#sizes.ask(oid);
    if (known === undefined) return undefined;
    if (known.size > maxBytes) throw new GitLimitError(`object ${oid} has ${known.size} bytes, more than ${maxBytes}`);
    const answer = await this.#contents.ask(oid);
    if (answer?.content === undefined) throw new GitObjectError(`object ${oid} cannot be read`);
    return { type: answer.type as ObjectType, content: answer.content };
  }

  async has(oid: string): Promise<boolean> {
    return (await this.#sizes.ask(oid)) !== undefined;
  }

  async expand(prefix: string): Promise<string | undefined> {
    return (await this.#sizes.ask(prefix))?.oid;
  }

  reload(): void {
    // git looks for new packs by itself.
  }

  close(): void {
    this.#sizes.close();
    this.#contents.close();
  }
}
