import type { CommandSpec } from "../command.ts";
import { yesFlag } from "../confirm.ts";
import { isSet, kubeFlags } from "../flags.ts";

/** `fleetset clusters remove`: takes a registration back. */
export const clustersRemoveCommand: CommandSpec = {
  name: "clusters remove",
  summary: "take back the registration of a cluster",
  description:
    "Deletes the cluster's Secret. Applications that were generated for it are deleted by the controller, within the deletion budget of their sets; says how many there are and asks first.",
  arguments: [{ usage: "<name>", description: "name or URL of the cluster" }],
  flags: [yesFlag, ...kubeFlags],
  examples: ["fleetset clusters remove eu-1", "fleetset clusters remove https://old.example.com --yes"],
  async run(context, [name = ""], flags) {
    const { removeCluster } = await import("../remove-cluster.ts");
    return removeCluster(context, flags, name, isSet(flags, "yes"));
  },
};
