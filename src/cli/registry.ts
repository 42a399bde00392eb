import type { CommandSpec } from "./command.ts";
import { completionCommand } from "./commands/completion.ts";

/** Commands with subcommands, and what they are about. */
export const groups: { readonly [name: string]: string } = {
  clusters: "the registered member clusters",
};

/** Every command, in the order that `--help` lists them. To add one: a file in `commands/` and a line here. */
export const commands: readonly CommandSpec[] = [completionCommand];
