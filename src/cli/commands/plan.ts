import type { CommandSpec } from "../command.ts";
import { deletionBudgetFlag } from "../deletion-budget.ts";
import { fileFlag, isSet, kubeFlags, offlineFlags, outputFlag, scmFlags, textFlag } from "../flags.ts";

/** `fleetset plan`: what apply would change, and what it would hold. */
export const planCommand: CommandSpec = {
  name: "plan",
  summary: "show what ApplicationSets would change against the live Applications",
  description:
    "Generates the Applications and compares them with the live ones: on the hub, or with --inventory those of the files. " +
    "Shows creates, updates with their fields, deletes, and what the guard holds. Nothing is written. " +
    "Exits 1 when an Application is invalid, since apply would fail on it.",
  flags: [
    fileFlag,
    ...offlineFlags,
    ...scmFlags,
    deletionBudgetFlag,
    { flags: "--detailed-exitcode", description: "exit 0: nothing to do, 2: changes, 3: changes with holds" },
    { flags: "--out <file>", description: "also write the plan as JSON, for fleetset apply --plan" },
    outputFlag(["text", "json"], "text"),
    ...kubeFlags,
  ],
  examples: [
    "fleetset plan -f appset.yaml",
    "fleetset plan -f appset.yaml --inventory live/ --detailed-exitcode",
    "fleetset plan -f appset.yaml --out plan.json",
  ],
  async run(context, _args, flags) {
    const { showPlan } = await import("../show-plan.ts");
    return showPlan(context, flags, {
      asJson: textFlag(flags, "output") === "json",
      out: textFlag(flags, "out"),
      detailedExitCode: isSet(flags, "detailedExitcode"),
    });
  },
};
