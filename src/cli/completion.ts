import type { CommandSpec, FlagSpec } from "./command.ts";
import { commands, groups } from "./registry.ts";

/**
 * What may follow the words typed so far; the last word is the one being completed. Candidates are not filtered by prefix
 * except where the prefix decides their kind, since shells filter themselves.
 */
export function complete(words: readonly string[]): readonly string[] {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const spec = commandOf(before);
  const choices = spec === undefined ? undefined : choicesAfter(spec, before.at(-1) ?? "");
  const candidates = choices ?? (current.startsWith("-") ? flagNames(spec) : nextWords(before, spec));
  return candidates.filter((candidate) => candidate.startsWith(current)).sort();
}

function plain(words: readonly string[]): string[] {
  return words.filter((word) => !word.startsWith("-"));
}

function commandOf(words: readonly string[]): CommandSpec | undefined {
  const [first = "", second = ""] = plain(words);
  return commands.find(({ name }) => name === first || name === `${first} ${second}`);
}

function nextWords(before: readonly string[], spec: CommandSpec | undefined): readonly string[] {
  if (spec?.name === "completion") return ["bash", "zsh", "fish"];
  if (spec !== undefined) return [];
  const [first] = plain(before);
  if (first === undefined)
    return [...Object.keys(groups), ...commands.map(({ name }) => name.split(" ")[0] ?? ""), "help"].filter(unique);
  return commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name.slice(first.length + 1));
}

function unique(word: string, index: number, words: readonly string[]): boolean {
  return words.indexOf(word) === index;
}

function flagNames(spec: CommandSpec | undefined): readonly string[] {
  return [...(spec?.flags ?? []).map(longName), "--help"];
}

function longName({ flags }: FlagSpec): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? "";
}

function choicesAfter(spec: CommandSpec, word: string): readonly string[] | undefined {
  if (!word.startsWith("-")) return undefined;
  const flag = (spec.flags ?? []).find(({ flags }) => flags.split(/[ ,]+/).includes(word));
  return flag?.choices;
}
