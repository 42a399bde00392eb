import type { RowRun } from "../engine.ts";

/** What a helper may use of the tag that calls it. */
export interface HelperContext {
  readonly run: RowRun;
  /** An error that names the tag and the argument that was missing, if one was. */
  fail(message: string, facts?: { readonly remedy?: string }): Error;
  /** Refuses a result of this many characters before it is made, when the row would become too large. */
  chargeBytes(size: number): void;
}

/**
 * A function of the Handlebars engine, under the name that stands in its family's table. Arguments are values of the row;
 * a missing parameter arrives as undefined, at any depth. A helper that gives undefined makes a printed tag an error.
 */
export interface Helper {
  /** One line for the reference page: what it gives, with anything that surprises. */
  readonly doc: string;
  /** How it is called: `default VALUE FALLBACK`. */
  readonly usage: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  call(args: readonly unknown[], context: HelperContext): unknown;
}

/** A family of helpers, by name. */
export type HelperTable = { readonly [name: string]: Helper };

/** A helper that takes the arguments that its usage names: `[ARG]` may be left out, after `…` any number may follow. */
export function helper(
  usage: string,
  doc: string,
  call: (context: HelperContext, ...args: readonly unknown[]) => unknown,
): Helper {
  const isOpen = usage.endsWith("…");
  const args = usage.replace(" …", "").split(" ").slice(1);
  return {
    doc,
    usage,
    minArgs: args.filter((arg) => !arg.startsWith("[")).length,
    maxArgs: isOpen ? Number.POSITIVE_INFINITY : args.length,
    call: (values, context) => call(context, ...values),
  };
}
