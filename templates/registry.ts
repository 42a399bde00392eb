import type { EngineName, TemplateEngine } from "./engine.ts";

/** How each engine is loaded: none is, nor what it needs, before a template asks for it. */
const engines: { readonly [N in EngineName]: () => Promise<TemplateEngine> } = {
  flat: async () => (await import("./flat.ts")).flatEngine,
  go: async () => (await import("./go/engine.ts")).goEngine,
  handlebars: async () => (await import("./handlebars.ts")).handlebarsEngine,
};

export const engineNames = Object.keys(engines) as readonly EngineName[];

/** The engine of that name. */
export function loadEngine(name: EngineName): Promise<TemplateEngine> {
  return engines[name]();
}
