import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { messageOf, UsageError } from "../base/errors.ts";
import type { CommandContext, CommandSpec, FlagSpec } from "./command.ts";
import { commands, groups } from "./registry.ts";

/** Longer lines are hard to read, and narrower ones leave the descriptions no room. */
const maxHelpWidth = 110;
const minHelpWidth = 60;

/** Builds commander's tree from the registry. `finish` receives the exit code of the command that ran. */
export function buildProgram(context: CommandContext, finish: (code: number) => void, name = "fleetset"): Command {
  const program = new Command(name)
    .description("One template, many clusters: expands ApplicationSets into Applications and applies them.")
    .version(context.version, "-V, --version", "print the version")
    .helpCommand("help [command]", "help for a command")
    .configureOutput({
      writeOut: (text) => context.io.stdout.write(text),
      writeErr: (text) => context.io.stderr.write(text),
      // Whoever catches the error tells it, as every other one.
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth(context.io.stdout),
      getErrHelpWidth: () => helpWidth(context.io.stderr),
    });
  const parents = new Map<string, Command>([["", program]]);
  for (const [group, summary] of Object.entries(groups))
    parents.set(group, program.command(group).description(summary));
  for (const spec of commands) addCommand(parents, spec, context, finish);
  exitOverride(program);
  return program;
}

function helpWidth({ columns }: { readonly columns?: number }): number {
  return Math.max(minHelpWidth, Math.min(columns ?? maxHelpWidth, maxHelpWidth));
}

function exitOverride(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitOverride(child);
}

function addCommand(
  parents: ReadonlyMap<string, Command>,
  spec: CommandSpec,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  const words = spec.name.split(" ");
  const leaf = words.pop() ?? "";
  const command = (parents.get(words.join(" ")) as Command).command(leaf).summary(spec.summary);
  command.description(spec.description ?? spec.summary);
  for (const argument of spec.arguments ?? []) command.argument(argument.usage, argument.description);
  for (const flag of spec.flags ?? []) command.addOption(toOption(flag));
  command.addHelpText("after", `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join("\n")}`);
  command.action(async () =>
    finish(await spec.run(context, command.processedArgs.flat().filter(isText), command.opts())),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function toOption(flag: FlagSpec): Option {
  const option = new Option(flag.flags, flag.description);
  if (flag.default !== undefined) option.default(flag.default);
  if (flag.required) option.makeOptionMandatory();
  if (flag.choices) option.choices([...flag.choices]);
  const { parse, repeat } = flag;
  if (parse || repeat) option.argParser((text: string, before: unknown) => collect(text, before, parse, repeat));
  return option;
}

function collect(text: string, before: unknown, parse: FlagSpec["parse"], repeat: boolean | undefined): unknown {
  const value = parse === undefined ? text : parsed(text, parse);
  return repeat ? [...(Array.isArray(before) ? before : []), value] : value;
}

// Commander adds which flag it was.
function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (error: unknown) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** What commander refuses, as an error of ours; undefined when it only printed what was asked for, or its help. */
export function usageErrorOf(error: CommanderError, name: string): UsageError | undefined {
  if (error.exitCode === 0 || error.code === "commander.help") return undefined;
  const [message = "", near] = error.message.replace(/^error: /, "").split("\n");
  const guess = /Did you mean (?:one of )?(.+)\?/.exec(near ?? "")?.[1];
  const remedy = guess === undefined ? `see ${name} --help` : `did you mean ${guess}? See ${name} --help`;
  return new UsageError(message, { details: { remedy } });
}

/** `help clusters add` as the words that commander understands at any depth; its own command knows the first only. */
export function helpWords(program: Command, words: readonly string[]): string[] {
  const known = calledAs(program, words).split(" ").length - program.name().split(" ").length;
  if (known === words.length) return [...words, "--help"];
  throw new UsageError(`unknown command '${words.join(" ")}'`, { details: { remedy: `see ${program.name()} --help` } });
}

/** The command that the words begin with, as its `--help` is asked for: `fleetset clusters add`. */
export function calledAs(program: Command, words: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const word of words) {
    command = command.commands.find((child) => child.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names.join(" ");
}

export { CommanderError };
