import { UsageError } from "../../base/errors.ts";
import type { CommandSpec } from "../command.ts";
import { isSet, kubeFlags, listFlag, textFlag } from "../flags.ts";

/** `fleetset clusters add`: registers a cluster by writing the Secret that Argo CD would write. */
export const clustersAddCommand: CommandSpec = {
  name: "clusters add",
  summary: "register a cluster from a kubeconfig context",
  description:
    "Registers a cluster by a Secret on the hub, as Argo CD understands it. The server, its CA and the credentials come from a " +
    "context of a kubeconfig; a context that signs in by running a program is refused, since the hub cannot run it.",
  arguments: [{ usage: "<name>", description: "name of the cluster on the hub" }],
  flags: [
    { flags: "--from-context <name>", description: "context of the cluster to register", required: true },
    { flags: "--from-kubeconfig <file>", description: "kubeconfig that holds that context (default: the hub's)" },
    {
      flags: "--label <key=value>",
      description: "label of the cluster Secret (repeatable)",
      repeat: true,
      parse: pair,
    },
    {
      flags: "--annotation <key=value>",
      description: "annotation of the cluster Secret (repeatable)",
      repeat: true,
      parse: pair,
    },
    { flags: "--project <name>", description: "AppProject that the cluster belongs to" },
    { flags: "--upsert", description: "replace a registration of the same server" },
    { flags: "--dry-run", description: "print the Secret without its credentials, write nothing" },
    ...kubeFlags,
  ],
  examples: [
    "fleetset clusters add eu-1 --from-context eu-1 --label env=prod --label region=eu-west-1",
    "fleetset clusters add lab --from-kubeconfig ./lab.yaml --from-context admin --upsert",
  ],
  async run(context, [name = ""], flags) {
    const { addCluster } = await import("../add-cluster.ts");
    const from = textFlag(flags, "fromKubeconfig") ?? textFlag(flags, "kubeconfig");
    const project = textFlag(flags, "project");
    return addCluster(context, flags, {
      name,
      fromContext: textFlag(flags, "fromContext") ?? "",
      fromPaths: from === undefined ? context.config.kubeconfigPaths : [from],
      labels: Object.fromEntries(listFlag<readonly [string, string]>(flags, "label")),
      annotations: Object.fromEntries(listFlag<readonly [string, string]>(flags, "annotation")),
      upsert: isSet(flags, "upsert"),
      dryRun: isSet(flags, "dryRun"),
      ...(project === undefined ? {} : { project }),
    });
  },
};

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new UsageError(`${JSON.stringify(text)} is not KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}
