import type { GeneratorEntry } from "../crds/generators.ts";
import { newRecord, type Params } from "../src/base/values.ts";
import type { GenerateContext } from "./generator.ts";
import { mergeParams } from "./params.ts";

/** An entry that no row of its own matrix fills in, filled in with what is around that matrix or merge. */
export function inScope(entry: GeneratorEntry, at: string, context: GenerateContext): GeneratorEntry {
  return context.scope === undefined ? entry : context.interpolate(entry, newRecord(), at);
}

/** What the generators inside an entry may use: a row's parameters over those from further out. */
export function scopeOf(params: Params, { scope, nested }: Pick<GenerateContext, "scope" | "nested">): Params {
  if (scope === undefined) return params;
  return nested ? mergeParams(scope, params) : Object.assign(newRecord(), scope, params);
}
