import { PassThrough } from "node:stream";
import type { Command } from "commander";
import type { CommandContext } from "./command.ts";
import { buildProgram } from "./program.ts";

/** The reference page of the command line: the `--help` of every command, so that both always say the same. */
export function commandReference(): string {
  const program = buildProgram(quietContext(), () => undefined);
  const sections = leaves(program).map(({ name, command }) => section(name, command));
  return `# Command line\n\nGenerated from the commands; \`fleetset COMMAND --help\` prints the same.\n\n${section("fleetset", program)}\n${sections.join("\n")}`;
}

/** Every command that runs something, with the words that call it. */
export function leaves(parent: Command, prefix = "fleetset"): { name: string; command: Command }[] {
  return parent.commands
    .filter((command) => command.name() !== "help")
    .flatMap((command) => {
      const name = `${prefix} ${command.name()}`;
      return command.commands.length > 0 ? leaves(command, name) : [{ name, command }];
    });
}

function section(name: string, command: Command): string {
  return `## ${name}\n\n\`\`\`\n${helpText(command)}\`\`\`\n`;
}

/** What `--help` prints, examples included. */
export function helpText(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 110 });
  command.outputHelp();
  return text;
}

// Nothing runs while help is made, so the world that a command would see can be empty.
function quietContext(): CommandContext {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const config = { kubeconfigPaths: [], kubeconfigGiven: false, cacheDir: "", noColor: true, inCluster: false };
  const signal = new AbortController().signal;
  return {
    io,
    config: { ...config, editor: "", gitEnvironment: {}, scmEnvironment: {}, columns: undefined },
    version: "",
    signal,
  };
}
