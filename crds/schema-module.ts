import { type Definition, objectSchema, withoutDescriptions } from "./definitions.ts";
import { fleetGeneratorEntry } from "./fleet-generators.ts";
import { nestedCombination } from "./generators.ts";
import { toStructural } from "./openapi.ts";
import type { Schema } from "./structural-schema.ts";

const head = `// Made from the schemas in crds/ by \`npm run generate\`; changes here are lost.
import type { Schema } from ${JSON.stringify("../structural-schema.ts")};
`;

/**
 * The text of a module with the structural schemas for validation at run time. Sub-schemas that occur more than once are
 * said once and shared, so that the module loads in about a millisecond, where zod would need fifty.
 */
export function schemaModule(definitions: readonly Definition[]): string {
  const shared = new SharedNodes();
  const kinds = definitions.map(
    (definition) => [definition.kind, withoutDescriptions(objectSchema(definition))] as const,
  );
  const nested = Object.entries(nestedCombination).map(
    ([kind, schema]) => [kind, withoutDescriptions(toStructural(schema))] as const,
  );
  const entry = withoutDescriptions(toStructural(fleetGeneratorEntry));
  for (const [, schema] of [...kinds, ...nested]) shared.count(schema);
  shared.count(entry);
  const rows = (entries: readonly (readonly [string, Schema])[]): string =>
    entries.map(([name, schema]) => `  ${name}: ${shared.print(schema)},\n`).join("");
  const [kindRows, nestedRows, entryText] = [rows(kinds), rows(nested), shared.print(entry)];
  return `${head}
${shared.declarations.join("\n")}

/** The schema of whole objects, by kind. */
export const kindSchemas = {
${kindRows}} satisfies { readonly [kind: string]: Schema };

/** What a matrix or merge inside another one is decoded with, which the definition keeps as free JSON. */
export const nestedSchemas = {
${nestedRows}} satisfies { readonly [kind: string]: Schema };

/** What an entry of \`spec.fleet.generators\` is checked with; the children of a combination are such entries too. */
export const fleetEntrySchema: Schema = ${entryText};
`;
}

class SharedNodes {
  readonly declarations: string[] = [];
  readonly #uses = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** Counts every sub-schema, the children of a repeated one only once. */
  count(node: Schema): void {
    const key = JSON.stringify(node);
    const uses = (this.#uses.get(key) ?? 0) + 1;
    this.#uses.set(key, uses);
    if (uses > 1) return;
    for (const child of Object.values(node.properties ?? {})) this.count(child);
    if (node.items !== undefined) this.count(node.items);
    if (typeof node.additionalProperties === "object") this.count(node.additionalProperties);
  }

  /** The node as source text; a repeated one is declared and named. */
  print(node: Schema): string {
    const key = JSON.stringify(node);
    if ((this.#uses.get(key) ?? 0) < 2) return this.#text(node);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const text = this.#text(node);
    const name = `s${this.#names.size}`;
    this.#names.set(key, name);
    this.declarations.push(`const ${name}: Schema = ${text};`);
    return name;
  }

  #text(node: Schema): string {
    const parts = Object.entries(node).map(([facet, value]) => `${property(facet)}: ${this.#facet(facet, value)}`);
    return `{ ${parts.join(", ")} }`;
  }

  #facet(facet: string, value: unknown): string {
    if (facet === "properties") {
      const fields = Object.entries(value as { readonly [name: string]: Schema });
      return `{ ${fields.map(([name, child]) => `${property(name)}: ${this.print(child)}`).join(", ")} }`;
    }
    const isChild = facet === "items" || facet === "additionalProperties";
    return isChild ? this.print(value as Schema) : JSON.stringify(value);
  }
}

function property(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
