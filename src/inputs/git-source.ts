import type { GitEntry, GitPort, GitTree, GitSource as WantedTree } from "../../generators/ports.ts";
import { FleetError, GenerationError, messageOf } from "../base/errors.ts";
import type { GitRepository, GitSource, TreeEntry } from "../git/repository.ts";

const kinds: { readonly [M in TreeEntry["mode"]]: GitEntry["kind"] | undefined } = {
  directory: "directory",
  file: "file",
  executable: "file",
  symlink: "symlink",
  // Submodules are other repositories, which are not read.
  submodule: undefined,
};

/**
 * The generators' port on git repositories, for one expansion: a revision is resolved once and its tree listed once, so
 * that all rows see the same commit however many ask for it. `refresh` asks remotes even when they were asked a moment ago.
 */
export function gitPort(source: GitSource, options: { readonly refresh?: boolean } = {}): GitPort {
  const trees = new Map<string, Promise<GitTree>>();
  const open = async ({ repoURL, revision, project }: WantedTree, signal: AbortSignal | undefined) => {
    const repository = await source.open(repoURL, { project });
    const refresh = options.refresh === undefined ? {} : { refresh: options.refresh };
    const commit = await repository.resolve(revision, { signal, ...refresh });
    return treeOf(repository, commit, signal);
  };
  return {
    open(wanted, signal) {
      const key = JSON.stringify([wanted.repoURL, wanted.revision, wanted.project]);
      const known = trees.get(key) ?? inGeneration(() => open(wanted, signal));
      trees.set(key, known);
      return known;
    },
  };
}

function treeOf(repository: GitRepository, commit: string, signal: AbortSignal | undefined): GitTree {
  let listed: Promise<readonly GitEntry[]> | undefined;
  // Files of the listing need no walk to them; links on the way are for the walk.
  const files = new Map<string, string>();
  const list = async () => {
    const { entries } = await repository.list(commit);
    return entries.flatMap(({ path, mode, oid }) => {
      const kind = kinds[mode];
      if (kind === "file") files.set(path, oid);
      return kind === undefined ? [] : [{ path, kind, oid }];
    });
  };
  const walk = async (path: string): Promise<string> => {
    const entry = await repository.follow(commit, path);
    if (entry?.mode === "file" || entry?.mode === "executable") return entry.oid;
    throw new GenerationError(`${repository.url} has no file ${path} at ${commit}`);
  };
  return {
    commit,
    entries: () => (listed ??= inGeneration(list)),
    read: (path, maxBytes) =>
      inGeneration(async () => {
        const oid = files.get(path) ?? (await walk(path));
        return repository.readBlob(oid, { maxBytes, signal });
      }),
  };
}

/** A repository that cannot be read fails the generator that asked for it, and says whether trying again may help. */
async function inGeneration<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause: unknown) {
    if (!(cause instanceof FleetError) || cause instanceof GenerationError) throw cause;
    throw new GenerationError(messageOf(cause), { cause, details: cause.details, retryable: cause.retryable });
  }
}
