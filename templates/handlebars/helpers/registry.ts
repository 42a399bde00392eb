import type { Helper, HelperTable } from "../helper.ts";
import { collectionHelpers } from "./collections.ts";
import { conditionHelpers } from "./conditions.ts";
import { encodingHelpers } from "./encoding.ts";
import { textHelpers } from "./texts.ts";

/** The families of helpers, in the order of the reference page. A name stands in one of them only. */
export const helperFamilies: { readonly [family: string]: HelperTable } = {
  conditions: conditionHelpers,
  texts: textHelpers,
  collections: collectionHelpers,
  encoding: encodingHelpers,
};

/** Every helper by its name. */
export const helpers: ReadonlyMap<string, Helper> = new Map(Object.values(helperFamilies).flatMap(Object.entries));

/** The blocks that the engine knows besides `{{#name}}…{{/name}}` over a parameter, with what they do. */
export const blockDocs: { readonly [name: string]: string } = {
  if: "renders its content when the condition is true, else what follows {{else}}",
  unless: "renders its content when the condition is not true",
  each: "renders its content for each item of a list, or each entry of a map by sorted keys, with @index, @key, @first and @last",
  with: "renders its content with the value as context",
  raw: "{{{{raw}}}} … {{{{/raw}}}} keeps tags in it as text",
};
