import type { Params } from "../../../src/base/values.ts";
import { type Limits, newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";

/** Renders one text of the Go engine. */
export function render(text: string, params: Params = {}, limits?: Limits): string {
  return goEngine.compile(text, "text").render(params, newRowRun(limits));
}

/** The message of the failure that a text ends in. */
export function failure(text: string, params: Params = {}): string {
  try {
    return `it gave ${render(text, params)}`;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
