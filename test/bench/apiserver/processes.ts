import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What processes have used so far, together: processor seconds, and memory that is resident now. */
export interface Use {
  readonly cpuSeconds: number;
  readonly residentMB: number;
}

/** Linux counts processor time in ticks of a hundredth of a second, on all machines of today. */
const ticksPerSecond = 100;
const pageBytes = process.platform === "linux" ? Number(execFileSync("getconf", ["PAGESIZE"])) : 0;

/** Undefined on systems without /proc: figures of memory and processor time are left out there. */
export function useOf(pids: readonly number[]): Use | undefined {
  if (process.platform !== "linux") return undefined;
  const uses = pids.map((pid) => {
    // The name in parentheses may hold spaces; the third field comes after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number) as [number, number, number];
    return { cpuSeconds: (user + system) / ticksPerSecond, residentMB: (pages * pageBytes) / 2 ** 20 };
  });
  return {
    cpuSeconds: uses.reduce((sum, use) => sum + use.cpuSeconds, 0),
    residentMB: uses.reduce((sum, use) => sum + use.residentMB, 0),
  };
}
