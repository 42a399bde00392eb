import type { CommandSpec } from "../command.ts";
import { isSet } from "../flags.ts";

/** `fleetset demo`: the whole story in half a minute. */
export const demoCommand: CommandSpec = {
  name: "demo",
  summary: "see it all in half a minute: a hub, members, one template, a new cluster",
  description:
    "Starts an embedded hub and simulated member clusters on loopback and a small git repository, applies one ApplicationSet, " +
    "shows the fan-out, adds a cluster, pushes a commit and relabels a cluster. Leaves nothing behind. Needs neither a cluster " +
    "nor kubectl nor git.",
  flags: [
    { flags: "--keep", description: "stay up afterwards, and print a kubeconfig and commands to try" },
    { flags: "-v, --verbose", description: "show the controllers' log" },
  ],
  examples: ["fleetset demo", "fleetset demo --keep"],
  async run(context, _args, flags) {
    const { runDemo } = await import("../demo/demo.ts");
    return runDemo(context, { keep: isSet(flags, "keep"), verbose: isSet(flags, "verbose") });
  },
};
