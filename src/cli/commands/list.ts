import type { Application } from "../../../crds/application.ts";
import type { CommandSpec } from "../command.ts";
import { isSet, kubeFlags, outputFlag, textFlag } from "../flags.ts";
import { selectorFlag } from "../selector-flag.ts";

/** `fleetset list`: the generated Applications with their state. */
export const listCommand: CommandSpec = {
  name: "list",
  summary: "list the generated Applications with sync and health",
  flags: [
    ...kubeFlags,
    { flags: "-A, --all-namespaces", description: "Applications of all namespaces" },
    selectorFlag("label selector: env=prod,tier in (a,b),!legacy"),
    { flags: "--set <name>", description: "only those of this ApplicationSet" },
    { flags: "--cluster <name>", description: "only those that go to this member (its name or URL)" },
    { flags: "--all", description: "also Applications that no ApplicationSet generated" },
    outputFlag(["table", "wide", "json", "yaml", "name"], "table"),
  ],
  examples: [
    "fleetset list",
    "fleetset list --set platform -o wide",
    "fleetset list --cluster eu-1 -l team=web -o name",
  ],
  async run({ io, config, signal }, _args, flags) {
    const [{ connectHub }, { listFleet }, { printObjects }, { applicationColumns, setOf, wideColumns }] =
      await Promise.all([
        import("../connect.ts"),
        import("../fleet.ts"),
        import("../print.ts"),
        import("../application-columns.ts"),
      ]);
    const hub = await connectHub(config, flags);
    try {
      const namespace = isSet(flags, "allNamespaces") ? undefined : hub.namespace;
      const selector = textFlag(flags, "selector");
      const fleet = await listFleet(hub.client, {
        signal,
        ...(namespace && { namespace }),
        ...(selector && { selector }),
      });
      const cluster = textFlag(flags, "cluster");
      const set = textFlag(flags, "set");
      const wanted = (app: Application) =>
        (isSet(flags, "all") || setOf(app) !== undefined) &&
        (set === undefined || setOf(app) === set) &&
        (cluster === undefined || fleet.goesTo(app, cluster));
      const shown = fleet.applications.filter(wanted);
      const format = textFlag(flags, "output") ?? "table";
      if (shown.length === 0 && (format === "table" || format === "wide"))
        io.stderr.write(`${fleet.emptyNote(namespace)}\n`);
      await printObjects(io, shown, {
        format,
        columns: applicationColumns(Date.now(), fleet.clusterOf),
        wideColumns: wideColumns(fleet.deliveryOf),
        resource: "application.argoproj.io",
      });
      return 0;
    } finally {
      await hub.client.close();
    }
  },
};
