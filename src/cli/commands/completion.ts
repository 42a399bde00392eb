import { UsageError } from "../../base/errors.ts";
import type { CommandSpec } from "../command.ts";

/** `fleetset completion SHELL`: the script that a shell sources. */
export const completionCommand: CommandSpec = {
  name: "completion",
  summary: "print the completion script of a shell",
  arguments: [{ usage: "<shell>", description: "bash, zsh or fish" }],
  examples: [
    "source <(fleetset completion bash)",
    "fleetset completion fish > ~/.config/fish/completions/fleetset.fish",
  ],
  async run({ io }, [shell]) {
    const { completionScript } = await import("../completion-scripts.ts");
    const script = completionScript(shell ?? "");
    if (script === undefined) {
      throw new UsageError(`there is no completion for ${JSON.stringify(shell)}`, {
        details: { remedy: "name bash, zsh or fish" },
      });
    }
    io.stdout.write(script);
    return 0;
  },
};
