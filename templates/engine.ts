import type { ErrorDetails, FleetErrorOptions } from "../src/base/errors.ts";
import { RenderError } from "../src/base/errors.ts";
import type { Params } from "../src/base/values.ts";

/** The engines, by the name that `spec.fleet.engine` and `fleetset eval --engine` use. */
export type EngineName = "flat" | "go" | "handlebars";

/**
 * Bounds on what one row may cost, whatever its template says. All engines keep them; going over one is a `TemplateError`.
 * Bytes are of UTF-8, steps are loop iterations and nested calls, milliseconds are of wall clock.
 */
export interface Limits {
  readonly maxOutputBytes: number;
  readonly maxSteps: number;
  readonly maxDepth: number;
  readonly maxMillis: number;
}

export const defaultLimits: Limits = { maxOutputBytes: 4 << 20, maxSteps: 1_000_000, maxDepth: 100, maxMillis: 5_000 };

/**
 * What the rendering of one row has used so far, shared by all strings of the row. The engine adds to it and fails when
 * a limit is passed; `nonDeterministic` turns true once a function such as `now` or `randAlphaNum` was called.
 */
export interface RowRun {
  readonly limits: Limits;
  /** Milliseconds of `performance.now()` after which the row is given up. */
  readonly deadline: number;
  steps: number;
  outputBytes: number;
  nonDeterministic: boolean;
}

export function newRowRun(limits: Limits = defaultLimits): RowRun {
  const deadline = performance.now() + limits.maxMillis;
  return { limits, deadline, steps: 0, outputBytes: 0, nonDeterministic: false };
}

/** One text, compiled once and rendered for any number of rows. */
export interface CompiledText {
  /** True when the text holds no action at all: `render` then gives the text itself. */
  readonly constant: boolean;
  /**
   * The text for one row. In Go mode `set`, `unset` and `merge` change `params`, and later strings of the row see it.
   * Throws a `TemplateError`, and then yields nothing.
   */
  render(params: Params, run: RowRun): string;
}

export interface CompileOptions {
  /** `spec.goTemplateOptions`; only the Go engine reads it. */
  readonly options?: readonly string[];
}

/** A template language. Engines know nothing of Kubernetes and never reach the host. */
export interface TemplateEngine {
  readonly name: EngineName;
  /**
   * Compiles one text. `where` names it in errors: the field path in the ApplicationSet. A text that does not parse throws
   * a `TemplateError` here and not when it is rendered. Compiled texts may be cached by (text, options).
   */
  compile(text: string, where: string, options?: CompileOptions): CompiledText;
}

/** Where and why a template failed: `details` has field, line, column, `action` (its source) and `missing` where known. */
export class TemplateError extends RenderError {
  constructor(message: string, details: ErrorDetails, options: FleetErrorOptions = {}) {
    super(message, { ...options, details });
  }
}
