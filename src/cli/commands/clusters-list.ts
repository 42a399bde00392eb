import type { CommandSpec } from "../command.ts";
import { kubeFlags, outputFlag, textFlag } from "../flags.ts";
import { selectorFlag } from "../selector-flag.ts";

/** `fleetset clusters list`: the members, without any credential. */
export const clustersListCommand: CommandSpec = {
  name: "clusters list",
  summary: "list the registered clusters",
  flags: [
    ...kubeFlags,
    selectorFlag("label selector on the cluster Secrets"),
    outputFlag(["table", "wide", "json", "yaml", "name"], "table"),
  ],
  examples: ["fleetset clusters list", "fleetset clusters list -l env=prod -o json"],
  async run({ io, config, signal }, _args, flags) {
    const [{ connectHub }, { listClusters, clusterColumns }, { printObjects }] = await Promise.all([
      import("../connect.ts"),
      import("../clusters.ts"),
      import("../print.ts"),
    ]);
    const hub = await connectHub(config, flags);
    try {
      const selector = textFlag(flags, "selector");
      const clusters = await listClusters(hub, { signal, ...(selector === undefined ? {} : { selector }) });
      const format = textFlag(flags, "output") ?? "table";
      if (clusters.length === 0 && (format === "table" || format === "wide")) {
        io.stderr.write(
          `No clusters are registered in namespace ${hub.namespace}; see fleetset clusters add --help.\n`,
        );
      }
      const { columns, wideColumns } = clusterColumns(Date.now());
      await printObjects(io, clusters, { format, columns, wideColumns, resource: "cluster" });
      return 0;
    } finally {
      await hub.client.close();
    }
  },
};
