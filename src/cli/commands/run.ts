import { UsageError } from "../../base/errors.ts";
import type { CommandSpec, FlagValues } from "../command.ts";
import { deletionBudgetFlag } from "../deletion-budget.ts";
import { allowLocalFlag, isSet, kubeFlags, listFlag, scmFlags, textFlag, wholeNumber } from "../flags.ts";

/** `fleetset run`: the controller. */
export const runCommand: CommandSpec = {
  name: "run",
  summary: "run the controller, and with --embedded the hub itself",
  description:
    "Follows the hub of a kubeconfig context (or the cluster of the pod it runs in) and keeps reconciling: expands " +
    "ApplicationSets, writes Applications, and with delivery push carries them out on their members. Ends in order on Ctrl-C.",
  flags: [
    ...kubeFlags,
    { flags: "--embedded", description: "bring the hub: a Kubernetes API server in this process" },
    {
      flags: "--data-dir <dir>",
      description: "keep the embedded hub's objects in this directory (default: in memory)",
    },
    { flags: "--listen <address>", description: "address of the embedded hub, HOST:PORT (default: 127.0.0.1:0)" },
    {
      flags: "--members <n>",
      description: "simulated members of the embedded hub, registered as member-1 and so on",
      parse: wholeNumber("--members"),
    },
    {
      flags: "--write-kubeconfig <file>",
      description: "where the embedded hub's kubeconfig goes (default: DATA-DIR/kubeconfig)",
    },
    {
      flags: "--delivery <how>",
      description: "delivery of sets that do not say: hub, or push (the default with --embedded)",
      choices: ["hub", "push"],
    },
    { flags: "-l, --selector <selector>", description: "only ApplicationSets with these labels" },
    { flags: "--force-beside", description: "run although an argocd-applicationset-controller watches the namespace" },
    deletionBudgetFlag,
    allowLocalFlag,
    ...scmFlags,
    {
      flags: "--enable-new-git-file-globbing",
      description: "match git files as Argo CD's flag of the same name does (doublestar)",
    },
    { flags: "--log-format <format>", description: "log format", choices: ["text", "json"], default: "text" },
    {
      flags: "--log-level <level>",
      description: "least level that is logged",
      choices: ["debug", "info", "warn", "error"],
      default: "info",
    },
  ],
  examples: [
    "fleetset run --context hub",
    "fleetset run --embedded --data-dir ./hub --members 3",
    "fleetset run --delivery push -l team=platform",
  ],
  async run(context, _args, flags) {
    if (!isSet(flags, "embedded")) refuseHubFlags(flags);
    const { runControllers } = await import("../run-controllers.ts");
    const dataDir = textFlag(flags, "dataDir");
    const kubeconfig = textFlag(flags, "writeKubeconfig");
    const selector = textFlag(flags, "selector");
    return runControllers(context, flags, {
      embedded: isSet(flags, "embedded"),
      listen: textFlag(flags, "listen") ?? "127.0.0.1:0",
      members: typeof flags.members === "number" ? flags.members : 0,
      delivery: textFlag(flags, "delivery") as "hub" | "push" | undefined,
      forceBeside: isSet(flags, "forceBeside"),
      allowLocal: listFlag(flags, "allowLocalRepository"),
      newGitFileGlobbing: isSet(flags, "enableNewGitFileGlobbing"),
      logFormat: textFlag(flags, "logFormat") === "json" ? "json" : "text",
      logLevel: (textFlag(flags, "logLevel") ?? "info") as "info",
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(selector === undefined ? {} : { selector }),
    });
  },
};

const hubFlags = {
  dataDir: "--data-dir",
  listen: "--listen",
  members: "--members",
  writeKubeconfig: "--write-kubeconfig",
} as const;

/** They would be without effect, and who gives them means the embedded hub. */
function refuseHubFlags(flags: FlagValues): void {
  for (const [name, flag] of Object.entries(hubFlags)) {
    if (flags[name] === undefined) continue;
    throw new UsageError(`${flag} is for the embedded hub`, { details: { remedy: "give --embedded too" } });
  }
}
