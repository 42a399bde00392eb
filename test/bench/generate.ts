import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digests } from "./digests.ts";
import type { Bench, Figure } from "./figure.ts";
import { calibrate, measureMedian } from "./measure.ts";

const makeFleet = join(import.meta.dirname, "fleet/make-fleet.mjs");

interface Goal {
  readonly seconds: number;
  readonly MB: number;
}

interface Case {
  readonly engine: "flat" | "handlebars" | "go" | "go-patch";
  readonly small: Goal;
  readonly large: Goal;
}

const cases: readonly Case[] = [
  { engine: "flat", small: { seconds: 1.2, MB: 300 }, large: { seconds: 8, MB: 1200 } },
  { engine: "handlebars", small: { seconds: 2, MB: 300 }, large: { seconds: 20, MB: 1200 } },
  { engine: "go", small: { seconds: 2, MB: 300 }, large: { seconds: 15, MB: 1200 } },
  { engine: "go-patch", small: { seconds: 3, MB: 300 }, large: { seconds: 30, MB: 1200 } },
];

/** Cold processes that expand the fleet of 500 × 20 and of 1,000 × 100 Applications. */
export const generate: Bench = {
  name: "generate",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "fleetset-bench-"));
    try {
      const figures: Figure[] = [];
      for (const each of cases) figures.push(...(await runCase(each, folder)));
      return figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function runCase({ engine, small, large }: Case, folder: string): Promise<Figure[]> {
  const unit = calibrate();
  const few = await expand(engine, { clusters: 500, apps: 20, folder, runs: 3 });
  const many = await expand(engine, { clusters: 1000, apps: 100, folder, runs: 1 });
  return [
    { name: `generate 10,000 Applications, ${engine}`, value: few.seconds, unit: "s", goal: small.seconds },
    { name: `generate 10,000 Applications, ${engine}: peak memory`, value: few.peakMB, unit: "MB", goal: small.MB },
    { name: `generate 100,000 Applications, ${engine}`, value: many.seconds, unit: "s", goal: large.seconds },
    { name: `generate 100,000 Applications, ${engine}: peak memory`, value: many.peakMB, unit: "MB", goal: large.MB },
    {
      name: `growth of time for ten times the Applications, ${engine}`,
      value: many.cpuSeconds / few.cpuSeconds,
      unit: "×",
      goal: 12,
      enforced: true,
    },
    {
      name: `10,000 Applications over the calibration loop, ${engine}`,
      value: few.cpuSeconds / unit,
      unit: "×",
      goal: 25,
      enforced: true,
    },
  ];
}

interface Fleet {
  readonly clusters: number;
  readonly apps: number;
  readonly folder: string;
  readonly runs: number;
}

async function expand(engine: string, { clusters, apps, folder, runs }: Fleet) {
  const dir = join(folder, `${engine}-${clusters}x${apps}`);
  execFileSync(process.execPath, [makeFleet, String(clusters), String(apps), engine, dir]);
  const cost = await measureMedian(
    ["generate", "-f", join(dir, "appset.yaml"), "--inventory", join(dir, "inventory"), "-o", "json"],
    runs,
  );
  const wanted = digests[`${engine} ${clusters}x${apps}`];
  if (cost.digest !== wanted)
    throw new Error(`${engine} ${clusters}x${apps}: the output has digest ${cost.digest}, not ${wanted}`);
  return cost;
}
