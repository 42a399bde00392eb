import { join } from "node:path";
import type { Bench } from "./figure.ts";
import { measureMedian } from "./measure.ts";

const root = join(import.meta.dirname, "../..");

/** How long a small command takes from start to end: what a person waits for in a shell. */
export const startup: Bench = {
  name: "startup",
  async run() {
    const example = join(root, "examples/list/appset.yaml");
    const version = await measureMedian(["--version"], 7);
    const small = await measureMedian(["generate", "-f", example, "--inventory", join(root, "examples/list")], 7);
    return [
      { name: "fleetset --version", value: version.seconds, unit: "s", goal: 0.2 },
      { name: "generate of a small set, start to end", value: small.seconds, unit: "s", goal: 0.4 },
      {
        name: "generate of a small set over --version",
        value: small.seconds / version.seconds,
        unit: "×",
        goal: 6,
        enforced: true,
      },
    ];
  },
};
