import { definitions, objectSchema } from "./definitions.ts";
import type { Schema } from "./structural-schema.ts";

/**
 * The reference of a kind's fields as Markdown: a heading and one table with path, type and meaning of every field. Fields
 * that are described at another place of the same kind are not repeated. Throws for a kind that is not ours.
 */
export function schemaReference(kind: string): string {
  const definition = definitions.find((candidate) => candidate.kind === kind);
  if (definition === undefined)
    throw new Error(`${kind} is none of ${definitions.map((known) => known.kind).join(", ")}`);
  const schema = objectSchema(definition);
  const elsewhere = definition.describedElsewhere.map((place) => place.split("."));
  const table = new FieldTable(elsewhere);
  for (const name of ["spec", "operation", "status"]) {
    const field = schema.properties?.[name];
    if (field !== undefined) table.add(name, field, [name], schema.required?.includes(name) === true);
  }
  const head = ["| Field | Type | Meaning |", "| --- | --- | --- |"];
  return `# ${kind}\n\n${schema.description}\n\n${[...head, ...table.rows].join("\n")}\n`;
}

class FieldTable {
  readonly rows: string[] = [];
  readonly #elsewhere: readonly (readonly string[])[];

  constructor(elsewhere: readonly (readonly string[])[]) {
    this.#elsewhere = elsewhere;
  }

  add(path: string, schema: Schema, place: readonly string[], isRequired: boolean): void {
    const meaning = [...(isRequired ? ["Required."] : []), schema.description ?? "", ...facts(schema)]
      .filter(Boolean)
      .join(" ");
    this.rows.push(`| \`${path}\` | ${typeName(schema)} | ${meaning.replaceAll("|", "\\|")} |`);
    if (this.#isElsewhere(place)) return;
    const { items, additionalProperties } = schema;
    this.#children(path, schema, place);
    if (items !== undefined) this.#children(`${path}[]`, items, [...place, "[]"]);
    if (typeof additionalProperties === "object") this.#children(`${path}.*`, additionalProperties, [...place, "*"]);
  }

  #children(path: string, schema: Schema, place: readonly string[]): void {
    if (this.#isElsewhere(place)) return;
    for (const [name, field] of Object.entries(schema.properties ?? {}))
      this.add(`${path}.${name}`, field, [...place, name], schema.required?.includes(name) === true);
  }

  #isElsewhere(place: readonly string[]): boolean {
    return this.#elsewhere.some(
      (known) => known.length === place.length && known.every((name, index) => name === place[index] || name === "*"),
    );
  }
}

function facts({ enum: words, minimum, maximum, pattern, maxLength }: Schema): string[] {
  return [
    ...(words === undefined ? [] : [`One of ${words.map((word) => `\`${word}\``).join(", ")}.`]),
    ...(minimum === undefined ? [] : [`At least ${minimum}.`]),
    ...(maximum === undefined ? [] : [`At most ${maximum}.`]),
    ...(maxLength === undefined ? [] : [`At most ${maxLength} characters.`]),
    ...(pattern === undefined ? [] : [`Matches \`${pattern}\`.`]),
  ];
}

const names: { readonly [type: string]: string } = {
  string: "text",
  integer: "number",
  boolean: "true/false",
  object: "map",
};

function typeName(schema: Schema): string {
  if (schema["x-kubernetes-int-or-string"] === true) return "number or text";
  if (schema.format === "date-time") return "time";
  if (schema.type === undefined) return "any JSON";
  if (schema.type === "array") return `list of ${schema.items === undefined ? "JSON" : plural(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return `map of ${plural(schema.additionalProperties)}`;
  return names[schema.type] ?? schema.type;
}

function plural(schema: Schema): string {
  if (schema.type === undefined) return "JSON";
  return schema.type === "object" ? "maps" : (names[schema.type] ?? schema.type);
}
