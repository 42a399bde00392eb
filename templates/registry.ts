import { RenderError } from "../src/base/errors.ts";
import type { EngineName, TemplateEngine } from "./engine.ts";

/** How each engine is loaded: none is, nor what it needs, before a template asks for it. */
const engines: { readonly [N in EngineName]: () => Promise<TemplateEngine> } = {
  flat: async () => (await import("./flat.ts")).flatEngine,
  go: () => Promise.reject(goIsMissing()),
  handlebars: async () => (await import("./handlebars.ts")).handlebarsEngine,
};

export const engineNames = Object.keys(engines) as readonly EngineName[];

/** The engine of that name. Throws a RenderError for one that is not there yet. */
export function loadEngine(name: EngineName): Promise<TemplateEngine> {
  return engines[name]();
}

function goIsMissing(): RenderError {
  return new RenderError("goTemplate: true is not available yet", {
    details: {
      field: "spec.goTemplate",
      remedy: "leave it out for {{name}} tags, or set spec.fleet.engine: handlebars",
    },
  });
}
