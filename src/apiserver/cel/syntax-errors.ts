import type { Token } from "./lexer.ts";

/** What an expression may begin with, where what else may stand there comes in between. */
function startsWith({ list = "", map = "", close = "", comma = "", optional = "" } = {}): string {
  return `{'[',${list} '{',${map} '(',${close} '.',${comma} '-', '!',${optional} 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`;
}

const starts = startsWith();
const indexStarts = startsWith({ optional: " '?'," });
const listStarts = startsWith({ list: " ']',", comma: " ',',", optional: " '?'," });
const mapStarts = startsWith({ map: " '}',", comma: " ',',", optional: " '?'," });
const argStarts = startsWith({ close: " ')'," });

/** What may stand where an expression should begin, by the tokens before. */
export function expectedAfter(before: Token | undefined, first: Token | undefined): string {
  if (before?.kind !== "op") return starts;
  const isAfterValue = first !== undefined && (first.kind === "ident" || first.text === ")" || first.text === "]");
  if (before.text === "[") return isAfterValue ? indexStarts : listStarts;
  if (before.text === "{") return mapStarts;
  return before.text === "(" && first?.kind === "ident" ? argStarts : starts;
}

export function canStart({ kind, text }: Token): boolean {
  if (kind === "op") return ["[", "{", "(", ".", "-", "!"].includes(text);
  return kind !== "end" && text !== "in";
}

export function mismatched(text: string, expected: string): string {
  return `mismatched input '${text}' expecting ${expected}`;
}
