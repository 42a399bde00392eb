import type { CommandSpec } from "../command.ts";
import { yesFlag } from "../confirm.ts";
import { deletionBudgetFlag } from "../deletion-budget.ts";
import { fileFlag, isSet, kubeFlags, offlineFlags, scmFlags, textFlag } from "../flags.ts";

/** `fleetset apply`: carries a plan out on the hub. */
export const applyCommand: CommandSpec = {
  name: "apply",
  summary: "write the Applications of ApplicationSets to the hub",
  description:
    "Plans as fleetset plan does and writes the changes to the hub, never to members. On a terminal it shows the plan and asks; " +
    "elsewhere it needs --yes, or --plan FILE, which also binds it to that very plan. Tries everything and names each failure. " +
    "Exit codes: 0 done, 1 something failed, 3 done with holds.",
  flags: [
    fileFlag,
    ...offlineFlags.filter(({ flags }) => !flags.startsWith("--inventory")),
    ...scmFlags,
    deletionBudgetFlag,
    {
      flags: "--with-set",
      description: "also write the ApplicationSets themselves, so that they own their Applications",
    },
    { flags: "--plan <file>", description: "carry out exactly this plan, its held deletions included" },
    yesFlag,
    ...kubeFlags,
  ],
  examples: [
    "fleetset apply -f appset.yaml",
    "fleetset apply -f appset.yaml --with-set --yes",
    "fleetset plan -f appset.yaml --out plan.json && fleetset apply -f appset.yaml --plan plan.json",
  ],
  async run(context, _args, flags) {
    const { applyFiles } = await import("../apply-files.ts");
    return applyFiles(context, flags, {
      withSet: isSet(flags, "withSet"),
      planFile: textFlag(flags, "plan"),
      yes: isSet(flags, "yes"),
    });
  },
};
