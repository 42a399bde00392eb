import type { GitRepository, GitSource, TreeEntry } from "../git/repository.ts";
import type { KubeObject } from "../kube/objects.ts";
import { ComparisonError } from "./errors.ts";
import { compileGlob } from "./glob.ts";
import type { ApplicationSource } from "./live-application.ts";
import type { ManifestCache, ReadManifests } from "./manifest-cache.ts";
import { parseManifest } from "./manifest-text.ts";
import { refuseJsonnet, refuseUnsupported, refuseUnsupportedFiles } from "./unsupported.ts";

/** Bounds on one source. */
export interface ManifestLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  readonly maxObjects: number;
}

export const defaultManifestLimits: ManifestLimits = {
  maxFiles: 10_000,
  maxFileBytes: 10 << 20,
  maxTotalBytes: 64 << 20,
  maxObjects: 20_000,
};

export interface ManifestReader {
  readonly git: GitSource;
  readonly cache: ManifestCache;
  readonly limits?: ManifestLimits;
}

export interface ReadSourceOptions {
  readonly project: string;
  /** Resolves to this instead of the source's own revision. */
  readonly revision?: string | undefined;
  /** Asks the remote for its refs even when it was asked a moment ago. */
  readonly refresh?: boolean;
  /** Reads anew what was read before. */
  readonly hard?: boolean;
  readonly signal?: AbortSignal;
}

/** What a source holds at a revision. The objects are shared between Applications: never change them. */
export interface SourceManifests {
  /** The commit. */
  readonly revision: string;
  readonly objects: readonly KubeObject[];
}

const manifestName = /\.(yaml|yml|json|jsonnet)$/;

/**
 * Reads a source of plain manifests at its revision: git's GitErrors, or a ComparisonError where it can't be rendered by
 * this engine. Equal content is parsed once, however many Applications and commits hold it.
 */
export async function readSource(
  source: ApplicationSource,
  reader: ManifestReader,
  options: ReadSourceOptions,
): Promise<SourceManifests> {
  refuseUnsupported(source);
  const { signal } = options;
  const repository = await reader.git.open(source.repoURL, { project: options.project });
  const revision = await repository.resolve(options.revision ?? source.targetRevision ?? "", {
    ...(source.tagPrefix === undefined ? {} : { tagPrefix: source.tagPrefix }),
    ...(options.refresh === true ? { refresh: true } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  // Such a source only lends files to others.
  if (source.ref !== undefined && source.ref !== "" && source.path === undefined) return { revision, objects: [] };
  const path = cleanPath(source.path ?? "");
  const directory = await repository.follow(revision, path);
  if (directory === undefined) {
    const remedy = "correct spec.source.path or targetRevision";
    throw new ComparisonError(`${repository.url} has no path ${JSON.stringify(path)} at revision ${revision}`, {
      details: { field: "spec.source.path", remedy },
    });
  }
  if (directory.mode !== "directory") {
    throw new ComparisonError(`path ${JSON.stringify(path)} of ${repository.url} is not a directory`, {
      details: { field: "spec.source.path", remedy: "name the directory and choose the file by directory.include" },
    });
  }
  const key = JSON.stringify([source.repoURL, directory.oid, path, source.directory ?? null]);
  const read = () => readDirectory({ repository, revision, directory, source, ...limitsOf(reader) });
  return { revision, objects: await reader.cache.get(key, revision, read, options.hard === true) };
}

function limitsOf(reader: ManifestReader): { readonly limits: ManifestLimits } {
  return { limits: reader.limits ?? defaultManifestLimits };
}

/** A path below the root of the repository; one that leads out of it is refused. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.pop() !== undefined) continue;
      const remedy = "name a path below the root of the repository";
      throw new ComparisonError(`path ${JSON.stringify(path)} leads out of the repository`, {
        details: { field: "spec.source.path", remedy },
      });
    }
    parts.push(part);
  }
  return parts.join("/");
}

interface Reading {
  readonly repository: GitRepository;
  readonly revision: string;
  readonly directory: TreeEntry;
  readonly source: ApplicationSource;
  readonly limits: ManifestLimits;
}

async function readDirectory(reading: Reading): Promise<ReadManifests> {
  const { repository, limits } = reading;
  const objects: KubeObject[] = [];
  let bytes = 0;
  const { files, hasLinks } = await chooseFiles(reading);
  for (const { path, oid } of files) {
    const content = await repository.readBlob(oid, { maxBytes: limits.maxFileBytes });
    bytes += content.length;
    refuseJsonnet(path);
    if (bytes > limits.maxTotalBytes) throw tooMuch(reading, `more than ${limits.maxTotalBytes} bytes`);
    objects.push(...parseManifest(path, content.toString("utf8")));
    if (objects.length > limits.maxObjects) throw tooMuch(reading, `more than ${limits.maxObjects} objects`);
  }
  return { objects, bytes, hasLinks };
}

interface ChosenFiles {
  readonly files: readonly { readonly path: string; readonly oid: string }[];
  /** Also links that lead nowhere now. */
  readonly hasLinks: boolean;
}

/** The files to read, in the order of their paths, links followed. */
async function chooseFiles(reading: Reading): Promise<ChosenFiles> {
  const { repository, revision, directory, source, limits } = reading;
  const listing = await repository.list(revision, directory.path);
  const prefix = directory.path === "" ? "" : `${directory.path}/`;
  const wanted = fileFilter(source);
  const entries = listing.entries.map((entry) => ({ ...entry, relative: entry.path.slice(prefix.length) }));
  refuseUnsupportedFiles(
    source,
    entries.map(({ relative }) => relative),
  );
  const files: { path: string; oid: string }[] = [];
  let hasLinks = false;
  for (const entry of entries) {
    if (entry.mode === "directory" || entry.mode === "submodule" || !wanted(entry.relative)) continue;
    hasLinks ||= entry.mode === "symlink";
    const target = entry.mode === "symlink" ? await repository.follow(revision, entry.path) : entry;
    if (target === undefined || target.mode === "directory" || target.mode === "submodule") continue;
    files.push({ path: entry.path, oid: target.oid });
    if (files.length > limits.maxFiles) throw tooMuch(reading, `more than ${limits.maxFiles} files`);
  }
  return { files, hasLinks };
}

/** Which files of the directory are read, by their path relative to it. */
export function fileFilter(source: ApplicationSource): (relative: string) => boolean {
  const { recurse, include, exclude, disableExtensionFilter } = source.directory ?? {};
  const isIncluded = include === undefined || include === "" ? () => true : compileGlob(include);
  const isExcluded = exclude === undefined || exclude === "" ? () => false : compileGlob(exclude);
  return (relative) => {
    if (recurse !== true && relative.includes("/")) return false;
    if (disableExtensionFilter !== true && !manifestName.test(relative)) return false;
    return !isExcluded(relative) && isIncluded(relative);
  };
}

function tooMuch(reading: Reading, found: string): ComparisonError {
  const where = `path ${JSON.stringify(reading.directory.path)} of ${reading.repository.url}`;
  return new ComparisonError(`${where} holds ${found}`, {
    details: { remedy: "choose fewer files by directory.include, or split the Application" },
  });
}
