import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitUnreachableError } from "./errors.ts";

/** A directory that only this process uses until it is released. */
export interface OwnedDirectory {
  readonly path: string;
  release(): void;
}

const maxPlaces = 32;

/**
 * A place for mirrors. With a directory given, mirrors outlive the process there: it has numbered places, each used by one
 * process at a time, so that no two ever write to one mirror. Without one, a temporary directory that goes on release.
 */
export function ownDirectory(parent: string | undefined): OwnedDirectory {
  if (parent === undefined) {
    const path = mkdtempSync(join(tmpdir(), "fleetset-git-"));
    return owned(path, () => rmSync(path, { recursive: true, force: true }));
  }
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (let place = 0; place < maxPlaces; place++) {
    const path = join(parent, String(place));
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const owner = join(path, "owner");
    if (take(owner)) return owned(path, () => rmSync(owner, { force: true }));
  }
  throw new GitUnreachableError(`all ${maxPlaces} places of the git cache ${parent} are in use`, {
    details: { remedy: "wait for another fleetset to end, or use another cache directory" },
  });
}

/** Released at the latest when the process exits. */
function owned(path: string, release: () => void): OwnedDirectory {
  process.once("exit", release);
  return {
    path,
    release: () => {
      process.off("exit", release);
      release();
    },
  };
}

function take(owner: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(owner, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
      return true;
    } catch (error: unknown) {
      if (codeOf(error) !== "EEXIST") throw error;
      if (!evictDead(owner)) return false;
    }
  }
  return false;
}

/** Removes the mark of an owner that is no more; false when there is a living one. */
function evictDead(owner: string): boolean {
  const seen = read(owner);
  if (seen !== undefined && isAlive(Number(seen))) return false;
  const aside = `${owner}.${process.pid}`;
  try {
    renameSync(owner, aside);
    // Where another process was quicker, what was moved aside is its mark, not the dead one's.
    const isMistaken = read(aside) !== seen;
    if (isMistaken) renameSync(aside, owner);
    else rmSync(aside, { force: true });
    return !isMistaken;
  } catch (error: unknown) {
    if (codeOf(error) !== "ENOENT") throw error;
    return true;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error: unknown) {
    if (codeOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error: unknown) {
    // Not ours to signal, but there.
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
