import type { CommandSpec } from "./command.ts";
import { applyCommand } from "./commands/apply.ts";
import { clustersAddCommand } from "./commands/clusters-add.ts";
import { clustersCheckCommand } from "./commands/clusters-check.ts";
import { clustersListCommand } from "./commands/clusters-list.ts";
import { clustersRemoveCommand } from "./commands/clusters-remove.ts";
import { completionCommand } from "./commands/completion.ts";
import { demoCommand } from "./commands/demo.ts";
import { evalCommand } from "./commands/eval.ts";
import { generateCommand } from "./commands/generate.ts";
import { getCommand } from "./commands/get.ts";
import { listCommand } from "./commands/list.ts";
import { planCommand } from "./commands/plan.ts";
import { runCommand } from "./commands/run.ts";

/** Commands with subcommands, and what they are about. */
export const groups: { readonly [name: string]: string } = {
  clusters: "the registered member clusters",
};

/** Every command, in the order that `--help` lists them. To add one: a file in `commands/` and a line here. */
export const commands: readonly CommandSpec[] = [
  generateCommand,
  evalCommand,
  planCommand,
  applyCommand,
  listCommand,
  getCommand,
  clustersListCommand,
  clustersAddCommand,
  clustersRemoveCommand,
  clustersCheckCommand,
  runCommand,
  demoCommand,
  completionCommand,
];
