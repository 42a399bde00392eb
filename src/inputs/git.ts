import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { GitPort, GitSource } from "../../generators/ports.ts";
import { GenerationError, UsageError } from "../base/errors.ts";
import { plainTree } from "./plain-tree.ts";

/** A repository's URL in manifests, and the local path that stands for it. */
export interface RepositoryMapping {
  readonly url: string;
  readonly path: string;
}

/** Reads `URL=PATH`, split at the last `=`. Throws a UsageError that says what is wrong. */
export function parseRepositoryMapping(text: string): RepositoryMapping {
  const at = text.lastIndexOf("=");
  const [url, path] = [text.slice(0, at), text.slice(at + 1)];
  if (at <= 0 || path === "") {
    throw new UsageError(`--repo ${text} is not of the form URL=PATH`, {
      details: { remedy: "write --repo https://…=DIRECTORY" },
    });
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--repo ${text}: there is no directory ${path}`, { details: { file: path } });
  }
  return { url, path };
}

/** Whether a directory holds a git repository, bare or not, and is not just plain files. */
export function isRepository(path: string): boolean {
  return existsSync(join(path, ".git")) || (existsSync(join(path, "HEAD")) && existsSync(join(path, "objects")));
}

/**
 * Repositories from local paths. A plain directory is the same at every revision; a path that holds `.git`, or a bare
 * repository, is read by `local` at the revision asked for. A URL without a mapping goes to `remote`, or fails at once
 * when there is none.
 */
export function mappedGit(
  mappings: readonly RepositoryMapping[],
  { local, remote }: { readonly local: (path: string) => GitPort; readonly remote?: GitPort | undefined },
): GitPort {
  const paths = new Map(mappings.map(({ url, path }) => [url, path]));
  return {
    async open(source: GitSource, signal) {
      const path = paths.get(source.repoURL);
      if (path !== undefined) {
        return isRepository(path) ? local(path).open(source, signal) : plainTree(path, source.repoURL);
      }
      if (remote !== undefined) return remote.open(source, signal);
      throw new GenerationError(
        `there is no --repo for ${withoutCredentials(source.repoURL)}, and nothing is fetched offline`,
        {
          details: { repository: withoutCredentials(source.repoURL), remedy: "add --repo URL=PATH" },
        },
      );
    },
  };
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
