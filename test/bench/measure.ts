import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";

export const cli = join(import.meta.dirname, "../../dist/fleetset.js");

/** What one process cost: wall clock and processor seconds, peak memory, and a digest of what it printed. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMB: number;
  readonly bytes: number;
  readonly digest: string;
}

// The process tells its own use as it ends, since no command for that is on every machine.
const tell =
  "data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nUSAGE '+JSON.stringify([u.userCPUTime+u.systemCPUTime,u.maxRSS])+'\\n')})";

/** Runs the built command line as a cold process. Fails when it exits with anything but 0. */
export function measure(args: readonly string[]): Promise<Cost> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", tell, cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const hash = createHash("sha256");
  let bytes = 0;
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      const usage = /USAGE (.*)/.exec(errors)?.[1];
      if (code !== 0 || usage === undefined)
        return reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}`));
      const [cpuMicros = 0, peakKB = 0] = JSON.parse(usage) as number[];
      const seconds = (performance.now() - started) / 1000;
      resolve({ seconds, cpuSeconds: cpuMicros / 1e6, peakMB: peakKB / 1024, bytes, digest: hash.digest("hex") });
    });
  });
}

/** Runs several times and keeps the run with the median time. */
export async function measureMedian(args: readonly string[], runs = 3): Promise<Cost> {
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) costs.push(await measure(args));
  costs.sort((a, b) => a.seconds - b.seconds);
  return costs[Math.floor(costs.length / 2)] as Cost;
}

/** Seconds of a fixed amount of work on this machine now: what other figures are divided by. */
export function calibrate(): number {
  const started = performance.now();
  let state = 1;
  const texts: string[] = [];
  for (let step = 0; step < 3_000_000; step += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (step % 3 === 0) texts[state % 1000] = `service-${state}`;
  }
  return (performance.now() - started + texts.length * 0) / 1000;
}
