import { isMap } from "../base/values.ts";
import { templateType } from "./application-type.ts";
import { mergeTemplates } from "./merge-template.ts";
import type { TemplateSource } from "./render.ts";

type Fields = { readonly [key: string]: unknown };

/** The set's template with that of a generator over it. `at` is the generator's field path. */
export function templateSource(base: Fields, over: Fields | undefined, at: string): TemplateSource {
  if (over === undefined) return { template: base, fieldOf: (path) => `spec.template.${path}` };
  return {
    template: mergeTemplates(over, base, templateType),
    fieldOf: (path) => (holds(over, path) ? `${at}.template.${path}` : `spec.template.${path}`),
  };
}

/** Whether the generator's template has a value of its own at a path: then it is the one that counts. */
function holds(template: Fields, path: string): boolean {
  let value: unknown = template;
  for (const [, bracketed, plain] of path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    const key = bracketed ?? plain ?? "";
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isMap(value) && Object.hasOwn(value, key)) value = value[key];
    else return false;
  }
  return value !== undefined && value !== null && value !== "";
}
