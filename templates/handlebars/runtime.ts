import { sortedKeys } from "../../src/base/go-bytes.ts";
import { isMap } from "../../src/base/values.ts";
import { type RowRun, TemplateError } from "../engine.ts";
import { tagError } from "./faults.ts";
import type { Helper, HelperContext } from "./helper.ts";
import { isTruthy } from "./helpers/conditions.ts";
import { helpers } from "./helpers/registry.ts";
import { type Reference, resolve } from "./reference.ts";
import { internalNames } from "./rewrite.ts";
import { show } from "./show.ts";

/** What Handlebars hands to a helper after its arguments. */
interface CallOptions {
  readonly name: string;
  readonly hash: { readonly [key: string]: unknown };
  readonly data: Frame;
  fn?(context: unknown, options?: { readonly data?: Frame; readonly blockParams?: readonly unknown[] }): string;
  inverse?(context: unknown): string;
}

interface Frame {
  readonly run: RowRun;
  readonly [name: string]: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: Handlebars calls these with what the rewritten program says
type HandlebarsFunction = (this: unknown, ...args: any[]) => unknown;

/** The functions that a rewritten program calls, by name. */
export function functionsFor(
  used: ReadonlySet<string>,
  references: readonly Reference[],
): { [name: string]: HandlebarsFunction } {
  const internal = internalFunctions(references);
  const functions: { [name: string]: HandlebarsFunction } = {};
  for (const name of used) {
    const found = helpers.get(name);
    const call = found === undefined ? (internal[name] ?? blockFunctions[name]) : helperFunction(found, references);
    if (call !== undefined) functions[name] = call;
  }
  return functions;
}

function internalFunctions(references: readonly Reference[]): { readonly [name: string]: HandlebarsFunction } {
  const at = (index: number): Reference => references[index] as Reference;
  return {
    [internalNames.get]: (index: number, base: unknown) => resolve(base, at(index)),
    [internalNames.print]: (index: number, base: unknown) => show(resolve(base, at(index)), at(index), base),
    [internalNames.show]: (index: number, value: unknown) => showResult(value, at(index)),
    [internalNames.section](index: number, base: unknown, options: CallOptions) {
      return section(this, resolve(base, at(index)), options);
    },
  };
}

function showResult(value: unknown, reference: Reference): string {
  if (value !== undefined) return show(value, reference);
  throw tagError(reference.place, "gave nothing", {
    missing: reference.text,
    remedy: 'give it a fallback: {{default (…) "…"}}',
  });
}

function helperFunction(found: Helper, references: readonly Reference[]): HandlebarsFunction {
  return (index: number, ...rest: unknown[]) => {
    const { place, args } = references[index] as Reference;
    const { data } = rest.pop() as CallOptions;
    const context: HelperContext = {
      run: data.run,
      fail: (message, facts) => tagError(place, message, { ...facts, ...absent(rest, args) }),
      chargeBytes(size) {
        if (data.run.outputBytes + size > data.run.limits.maxOutputBytes) throw tooLarge(data.run);
      },
    };
    step(data.run);
    return found.call(rest, context);
  };
}

/** The path of the first argument that was not there. */
function absent(values: readonly unknown[], args: readonly string[]): { readonly missing?: string } {
  const index = values.findIndex((value, position) => value === undefined && args[position] !== "");
  const missing = args[index];
  return missing === undefined ? {} : { missing };
}

const blockFunctions: { readonly [name: string]: HandlebarsFunction } = {
  if(value: unknown, options: CallOptions) {
    const holds = isTruthy(value) || (value === 0 && options.hash.includeZero === true);
    return holds ? content(this, options) : otherwise(this, options);
  },
  unless(value: unknown, options: CallOptions) {
    return isTruthy(value) ? otherwise(this, options) : content(this, options);
  },
  with(value: unknown, options: CallOptions) {
    if (!isPresent(value)) return otherwise(this, options);
    return options.fn?.(value, { data: options.data, blockParams: [value] }) ?? "";
  },
  each(value: unknown, options: CallOptions) {
    return each(this, value, options);
  },
  raw(options: CallOptions) {
    return content(this, options);
  },
};

/** `{{#name}}…{{/name}}`: once for each item of a list, with a map as context, or when the value is true. */
function section(context: unknown, value: unknown, options: CallOptions): string {
  if (Array.isArray(value)) return each(context, value, options);
  if (!isPresent(value)) return otherwise(context, options);
  const inner = value === true ? context : value;
  return options.fn?.(inner, { data: options.data, blockParams: [value] }) ?? "";
}

function isPresent(value: unknown): boolean {
  return isTruthy(value) || value === 0;
}

function each(context: unknown, value: unknown, options: CallOptions): string {
  const entries: (readonly [number | string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isMap(value)
      ? sortedKeys(value).map((key) => [key, value[key]])
      : [];
  if (entries.length === 0) return otherwise(context, options);
  const { run } = options.data;
  let text = "";
  entries.forEach(([key, item], index) => {
    step(run);
    const data = {
      ...options.data,
      _parent: options.data,
      key,
      index,
      first: index === 0,
      last: index === entries.length - 1,
    };
    text += options.fn?.(item, { data, blockParams: [item, key] }) ?? "";
    if (run.outputBytes + text.length > run.limits.maxOutputBytes) throw tooLarge(run);
  });
  return text;
}

function content(context: unknown, options: CallOptions): string {
  return options.fn?.(context) ?? "";
}

function otherwise(context: unknown, options: CallOptions): string {
  return options.inverse?.(context) ?? "";
}

/** Counts an iteration or a call, and looks at the clock now and then. */
function step(run: RowRun): void {
  run.steps++;
  if (run.steps > run.limits.maxSteps) {
    throw new TemplateError(`the row takes more than ${run.limits.maxSteps} steps`, {
      remedy: "loop over fewer values",
    });
  }
  if (run.steps % 256 === 0 && performance.now() > run.deadline) {
    throw new TemplateError(`the row takes longer than ${run.limits.maxMillis} ms`, {
      remedy: "loop over fewer values",
    });
  }
}

/** The error of a row that prints more than it may. */
export function tooLarge(run: RowRun): TemplateError {
  return new TemplateError(`the row is larger than ${run.limits.maxOutputBytes} bytes`, {
    remedy: "shorten the parameters that it prints",
  });
}
