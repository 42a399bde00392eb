import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "./store-error.ts";

/**
 * Keeps a second server out of a data directory: LMDB would let it write, and each would go on from its own versions.
 * The file names its holder, so that the lock of a process that was killed does not last.
 */
export function lockData(directory: string): () => void {
  const path = join(directory, "holder");
  for (let attempt = 0; ; attempt++) {
    if (claim(path)) return () => rmSync(path, { force: true });
    const holder = holderOf(path);
    if (attempt > 2 || (holder !== undefined && isRunning(holder))) throw inUse(directory, holder?.pid);
    rmSync(path, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  readonly started: string;
}

/** The file appears with its content: nobody can read it half written. */
function claim(path: string): boolean {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify({ pid: process.pid, started: startOf(process.pid) })}\n`, { mode: 0o600 });
  try {
    linkSync(own, path);
    return true;
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  } catch {
    // Gone meanwhile, or not ours: nobody is known to hold it.
    return undefined;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error: unknown) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(pid) === started;
}

/** When a process began, in the kernel's ticks: process ids are used again. Empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function inUse(directory: string, pid: number | undefined): StoreError {
  const by = pid === undefined ? "another process" : `process ${pid}`;
  return new StoreError(`the data in ${directory} is in use by ${by}`, {
    details: { file: directory, remedy: "end that process, or give this one another directory" },
  });
}
