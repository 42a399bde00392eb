import { newRecord, type Params, stringMap, type Value } from "../src/base/values.ts";
import type { GenerateContext } from "./generator.ts";

/**
 * The row with the generator's `values` added: each is rendered with the row as it stands, so no value sees another one.
 * Nested rows get them as one map of strings under `values`, in place of what stood there; flat rows as `values.KEY`.
 */
export function withValues(
  params: Params,
  values: { readonly [key: string]: string } | undefined,
  context: GenerateContext,
): Params {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return params;
  const rendered = entries.map(
    ([key, text]) => [key, context.render(text, params, `${context.at}.values.${key}`)] as const,
  );
  return addValues(params, rendered, context.nested);
}

/** The row with texts added as generator values, as they are. */
export function addValues(params: Params, values: Iterable<readonly [string, string]>, nested: boolean): Params {
  const row: { [key: string]: Value } = Object.assign(newRecord(), params);
  if (nested) row.values = stringMap(values);
  else for (const [key, text] of values) row[`values.${key}`] = text;
  return row;
}
