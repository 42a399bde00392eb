import type { CommandSpec } from "../command.ts";
import { allowLocalFlag, kubeFlags, outputFlag, textFlag } from "../flags.ts";

/** `fleetset get`: one Application with its state, parameters, history and origin. */
export const getCommand: CommandSpec = {
  name: "get",
  summary: "show one Application: state, parameters, origin, history",
  description:
    "Shows an Application as it stands on the hub, with the row of its ApplicationSet that it was made from: where the row comes from and its parameters, generated anew from the hub and the repositories as they are now.",
  arguments: [{ usage: "<name>", description: "name of the Application" }],
  flags: [...kubeFlags, allowLocalFlag, outputFlag(["text", "json", "yaml", "name"], "text")],
  examples: ["fleetset get web-eu-1", "fleetset get web-eu-1 -o yaml"],
  async run(context, [name = ""], flags) {
    const { getApplication } = await import("../get-application.ts");
    return getApplication(context, flags, name, textFlag(flags, "output") ?? "text");
  },
};
