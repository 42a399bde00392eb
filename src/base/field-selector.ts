import { InvalidError } from "./errors.ts";

/** One condition of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/**
 * Reads a field selector, `metadata.name=web,status.phase!=Running`; a backslash keeps `,`, `=` and itself from having a
 * meaning. Empty parts are left out. Throws InvalidError.
 */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text)
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^((?:[^\\=!]|\\.|!(?!=))*)(!=|==?)(.*)$/s.exec(term);
      if (match === null) {
        throw new InvalidError(`cannot read the field selector: ${JSON.stringify(term)} has no operator`, {
          details: { remedy: "write it as metadata.name=web" },
        });
      }
      const operator = match[2] === "!=" ? "!=" : "=";
      return { field: match[1] ?? "", operator, value: unescapeValue(match[3] ?? "") };
    });
}

/** Whether the fields meet every requirement; `read` gives a field's text, "" where it is missing. */
export function matchesFields(requirements: readonly FieldRequirement[], read: (field: string) => string): boolean {
  return requirements.every(({ field, operator, value }) => (read(field) === value) === (operator === "="));
}

function splitTerms(text: string): string[] {
  return text.match(/(?:[^\\,]|\\.)+/gs) ?? [];
}

function unescapeValue(value: string): string {
  const wrong = /\\(?![\\,=])|(?:^|[^\\])(?:\\\\)*=/s.exec(value);
  if (wrong !== null) {
    throw new InvalidError(`cannot read the field selector: the value ${JSON.stringify(value)} is not escaped`, {
      details: { remedy: "put a backslash before each of , = and \\" },
    });
  }
  return value.replace(/\\(.)/gs, "$1");
}
