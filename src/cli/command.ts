import type { Config } from "../config.ts";
import type { Io } from "./io.ts";

/** One flag: `flags` as commander writes them (`-o, --output <format>`), with what completion and `--help` show. */
export interface FlagSpec {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string | boolean | number;
  /** The flag may be given several times; its value is a list in the order given. */
  readonly repeat?: boolean;
  readonly required?: boolean;
  /** Turns the text into the value, or throws a `UsageError`. */
  readonly parse?: (text: string) => unknown;
}

export interface ArgumentSpec {
  /** `<name>` required, `[name]` optional, `<name...>` one or more. */
  readonly usage: string;
  readonly description: string;
}

export type FlagValues = { readonly [name: string]: unknown };

/** What a running command has: the world comes in here, so that a test can hand in another. */
export interface CommandContext {
  readonly io: Io;
  readonly config: Config;
  readonly version: string;
  /** Aborted by Ctrl-C or SIGTERM: finish what is under way, start nothing new. */
  readonly signal: AbortSignal;
}

/** One command: a file in `commands/` and a line in `registry.ts`. The module itself must be cheap to load. */
export interface CommandSpec {
  /** Words as typed: `generate`, `clusters list`. */
  readonly name: string;
  readonly summary: string;
  /** Longer text for `--help` and the reference page. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly flags?: readonly FlagSpec[];
  /** Shown by `--help`; lines of shell that work as they are. */
  readonly examples: readonly string[];
  /** Resolves to the exit code. Heavy rooms are imported inside. */
  run(context: CommandContext, args: readonly string[], flags: FlagValues): Promise<number>;
}
