import { SelectorError } from "./label-selector.ts";

export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/** Reads `?fieldSelector=`: terms joined by commas, each `field=value`, `field==value` or `field!=value`. */
export function parseFieldSelector(text: string): FieldTerm[] {
  return splitTerms(text)
    .filter((term) => term !== "")
    .sort()
    .map((term) => parseTerm(term, text));
}

/** At commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function parseTerm(term: string, selector: string): FieldTerm {
  const match = /^(?<field>.*?)(?<operator>!=|==|=)(?<value>.*)$/s.exec(term);
  if (match?.groups === undefined)
    throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const { field, operator, value } = match.groups as { field: string; operator: string; value: string };
  return { field, value: unescapeValue(value), negated: operator === "!=" };
}

function unescapeValue(value: string): string {
  return value.replace(/\\[\s\S]|\\$|[,=]/g, (found) => {
    if (found === "," || found === "=") {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${found.codePointAt(0)}`);
    }
    if (/^\\[\\,=]$/.test(found)) return found[1]!;
    throw new SelectorError(`invalid field selector: invalid escape sequence: ${found}`);
  });
}
