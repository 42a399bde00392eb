import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, utimes } from "node:fs";
import { join } from "node:path";
import { storeInUse } from "./store-error.ts";

/** A process that keeps a directory, as its file there names it. */
interface Holder {
  readonly pid: number;
  /** When it began: process ids are used again. Empty where the system does not tell. */
  readonly started: string;
  /** Where its process id means something: one boot of one machine, one container. */
  readonly realm: string;
}

const named = /^holder-(\d+)-(\d*)-([0-9a-f]*)$/;
const beatMs = 5_000;
/** A holder that can't be looked at, since it is in another container, is gone when it has been quiet for so long. */
const quietMs = 20_000;

/**
 * Keeps a second server out of a data directory: LMDB would let it write, and each would go on from its own versions.
 * Every server first leaves a file and then looks for those of others, so that of two that come at once at most one
 * stays. The file's name tells whose it is: one of a process that was killed is seen through, and removed.
 */
export function lockData(directory: string): () => void {
  const own: Holder = { pid: process.pid, started: startOf(process.pid), realm: realm() };
  const path = join(directory, nameOf(own));
  leave(path, directory);
  try {
    for (const name of readdirSync(directory)) if (name !== nameOf(own)) checkOther(directory, name, own);
  } catch (error: unknown) {
    rmSync(path, { force: true });
    throw error;
  }
  const beat = setInterval(() => touch(path), beatMs).unref();
  return () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
}

function leave(path: string, directory: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error: unknown) {
    throw codeOf(error) === "EEXIST" ? storeInUse(directory, process.pid) : error;
  }
}

function checkOther(directory: string, name: string, own: Holder): void {
  const [, pid, started = "", realm = ""] = named.exec(name) ?? [];
  if (pid === undefined) return;
  const path = join(directory, name);
  const isThere = realm === own.realm ? isRunning({ pid: Number(pid), started, realm }) : isFresh(path);
  if (isThere) throw storeInUse(directory, Number(pid));
  rmSync(path, { force: true });
}

function nameOf({ pid, started, realm }: Holder): string {
  return `holder-${pid}-${started}-${realm}`;
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error: unknown) {
    return codeOf(error) === "EPERM";
  }
  return startOf(pid) === started;
}

function isFresh(path: string): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
  return Date.now() - mtimeMs < quietMs;
}

function touch(path: string): void {
  const now = new Date();
  // A beat that fails is one of several: whoever asks looks back over four.
  utimes(path, now, now, () => undefined);
}

/** In the kernel's ticks since its start. */
function startOf(pid: number): string {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function realm(): string {
  const boot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const processes = textOf(() => readlinkSync("/proc/self/ns/pid"));
  return createHash("sha256").update(`${boot}${processes}`).digest("hex").slice(0, 16);
}

/** Systems without /proc tell less. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
