import { TemplateError } from "../engine.ts";

/** What a missing map key gives: no value, the zero value of the map's elements, or an error. */
export type MissingKey = "invalid" | "zero" | "error";

const choices: { readonly [option: string]: MissingKey } = {
  "missingkey=default": "invalid",
  "missingkey=invalid": "invalid",
  "missingkey=zero": "zero",
  "missingkey=error": "error",
};

/**
 * Reads `goTemplateOptions`; the last one counts. An option that Go does not know stops Argo CD's controller; here it is a
 * `TemplateError`.
 */
export function parseOptions(options: readonly string[], where: string): MissingKey {
  let chosen: MissingKey = "invalid";
  for (const option of options) {
    const choice = Object.hasOwn(choices, option) ? choices[option] : undefined;
    if (choice === undefined) {
      const remedy = `use one of ${Object.keys(choices).join(", ")}`;
      throw new TemplateError(`${where}: unrecognized goTemplateOptions entry ${JSON.stringify(option)}, ${remedy}`, {
        field: where,
        remedy,
      });
    }
    chosen = choice;
  }
  return chosen;
}
