import type { CommandSpec } from "../command.ts";
import { kubeFlags, outputFlag, textFlag } from "../flags.ts";

/** `fleetset clusters check`: dials every member. */
export const clustersCheckCommand: CommandSpec = {
  name: "clusters check",
  summary: "dial the registered clusters and tell which answer",
  description:
    "Asks every member (or those named) for its version with the credentials of its Secret. Exits 1 when one does not answer.",
  arguments: [{ usage: "[name...]", description: "clusters to check (default: all)" }],
  flags: [...kubeFlags, outputFlag(["table", "wide", "json", "yaml", "name"], "table")],
  examples: ["fleetset clusters check", "fleetset clusters check eu-1 us-1 -o json"],
  async run(context, names, flags) {
    const { checkClusters } = await import("../check-clusters.ts");
    return checkClusters(context, flags, names, textFlag(flags, "output") ?? "table");
  },
};
