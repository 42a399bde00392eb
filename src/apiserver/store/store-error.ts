import { statfsSync } from "node:fs";
import { FleetError, messageOf } from "../../base/errors.ts";

/** The store on disk can't be opened, read or written. */
export class StoreError extends FleetError {
  readonly reason = "Store";
  readonly retryable = false;
}

const restore = "bring it back from a backup, or remove it to begin with an empty server";

/** What the file holds is not what was written into it. */
export function damagedStore(file: string, why: string, cause?: unknown): StoreError {
  return new StoreError(`the store ${file} is damaged: ${why}; nothing was changed`, {
    cause,
    details: { file, remedy: restore },
  });
}

export function unknownFormat(file: string, found: string, known: string): StoreError {
  const isNewer = Number(found) > Number(known);
  const whose = isNewer ? "a newer version" : "another version";
  return new StoreError(
    `the store ${file} was written by ${whose} of fleetset: its format is ${found}, this one knows ${known}; nothing was changed`,
    { details: { file, remedy: `start the version of fleetset that wrote it, or ${restore}` } },
  );
}

export function storeInUse(directory: string, pid: number): StoreError {
  return new StoreError(`the store ${directory} is in use by process ${pid}`, {
    details: { file: directory, remedy: "end that server first, or name another directory" },
  });
}

const remedies: { readonly [code: string]: string } = {
  EACCES: "let the user that runs fleetset read and write it, or start fleetset as its owner",
  EPERM: "let the user that runs fleetset read and write it, or start fleetset as its owner",
  EROFS: "mount its file system for writing, or name another directory",
  ENOSPC: "make room on its disk",
  EDQUOT: "make room on its disk, or raise the quota",
  ENOTDIR: "name a directory",
};
/** What LMDB gives as a code is a number. */
const numbered: { readonly [number: number]: string } = {
  1: "EPERM",
  13: "EACCES",
  20: "ENOTDIR",
  28: "ENOSPC",
  30: "EROFS",
};

/** The store can't be opened, for a reason that lies outside of it. */
export function unopenableStore(file: string, cause: unknown): StoreError {
  const { code } = cause as { readonly code?: string | number };
  const remedy = remedies[typeof code === "number" ? (numbered[code] ?? "") : (code ?? "")];
  return new StoreError(`the store ${file} can't be opened: ${messageOf(cause)}`, {
    cause,
    details: { file, remedy: remedy ?? "look at its disk and its permissions, then start the server again" },
  });
}

/** A write failed; `cause` is what the system said of it. */
export function writeFailed(file: string, cause: unknown): StoreError {
  const why = isFull(file) ? `its disk is full (${messageOf(cause)})` : messageOf(cause);
  return new StoreError(
    `the store ${file} can't be written: ${why}; all that was acknowledged is in it, nothing more is taken`,
    {
      cause,
      details: { file, remedy: "make room or mend the disk, then start the server again" },
    },
  );
}

/** A page that goes to disk in part is only an error of input and output to LMDB, whatever the reason was. */
function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(file);
    return bavail * bsize < 1024 * 1024;
  } catch {
    // Nobody knows: then the system's own words have to do.
    return false;
  }
}
