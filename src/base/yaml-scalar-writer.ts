/** The styles that Go's encoder asks for; `plain` and `literal` fall back where the text does not allow them. */
export type ScalarStyle = "plain" | "single" | "double" | "literal";

const bestWidth = 80;
const surelyPlain = /^[A-Za-z0-9_/.][A-Za-z0-9_/.+=@-]*$/;
const special = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\ud800-\udfff]/u;
const lineBreak = /[\n\r\x85\u2028\u2029]/;
const firstIndicator = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ \t\n\r\x85\u2028\u2029]|$)|^---|^\.\.\./;
const innerIndicator = /:(?:[ \t\n\r\x85\u2028\u2029]|$)|[ \t\n\r\x85\u2028\u2029]#/;
const edgeSpace = /^[ \n\r\x85\u2028\u2029]|[ \n\r\x85\u2028\u2029]$/;
const breakThenSpace = /[\n\r\x85\u2028\u2029] /;
const spaceThenBreak = / [\n\r\x85\u2028\u2029]/;
const escapes: ReadonlyMap<number, string> = new Map([
  [0, "0"],
  [7, "a"],
  [8, "b"],
  [9, "t"],
  [10, "n"],
  [11, "v"],
  [12, "f"],
  [13, "r"],
  [27, "e"],
  [0x22, '"'],
  [0x5c, "\\"],
  [0x85, "N"],
  [0xa0, "_"],
  [0x2028, "L"],
  [0x2029, "P"],
]);

/** The text with U+FFFD for halves of surrogate pairs, as Go's JSON encoder writes bytes that are no UTF-8. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Cs}/gu, "\ufffd") : text;
}

/** Nothing in the text needs quotes, whatever it resolves to: the common case, decided by one look. */
export function isSurelyPlain(text: string): boolean {
  return surelyPlain.test(text) && !text.startsWith("...");
}

export function isMultiline(text: string): boolean {
  return lineBreak.test(text);
}

/** The style in which libyaml writes the text in a block context. `readsAsText`: unquoted it would still be text. */
export function chooseStyle(text: string, readsAsText: boolean): ScalarStyle {
  if (text.includes("\n"))
    return " ".endsWith(text.slice(-1)) || isSpecial(text) || spaceThenBreak.test(text) ? "double" : "literal";
  if (!readsAsText) return "double";
  if (isSurelyPlain(text)) return "plain";
  if (isSpecial(text) || spaceThenBreak.test(text) || breakThenSpace.test(text)) return "double";
  const blocked =
    firstIndicator.test(text) || innerIndicator.test(text) || edgeSpace.test(text) || lineBreak.test(text);
  return blocked ? "single" : "plain";
}

function isSpecial(text: string): boolean {
  return special.test(text);
}

/**
 * Writes scalars as libyaml's emitter does, with its state: the column, whether a space may be left out (`whitespace`), and
 * whether only indentation stands on the line (`indention`).
 */
export class ScalarWriter {
  out = "";
  indent = -1;
  indention = true;
  #column = 0;
  #whitespace = true;

  /** Text without line breaks that needs no look. */
  raw(text: string): void {
    this.out += text;
    this.#column += text.length;
    this.#whitespace = false;
    this.indention = false;
  }

  /** A plain scalar that cannot fold. */
  plain(text: string): void {
    this.raw(this.#whitespace ? text : ` ${text}`);
  }

  indicator(text: string, needsSpace: boolean, isSpace: boolean, isIndention: boolean): void {
    const written = needsSpace && !this.#whitespace ? ` ${text}` : text;
    this.out += written;
    this.#column += written.length;
    this.#whitespace = isSpace;
    this.indention = this.indention && isIndention;
  }

  /** Goes to the indentation, on a new line unless only indentation stands on this one. */
  writeIndent(): void {
    const indent = Math.max(0, this.indent);
    if (!this.indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) {
      this.out += " ".repeat(indent - this.#column);
      this.#column = indent;
    }
    this.#whitespace = true;
    this.indention = true;
  }

  scalar(text: string, style: ScalarStyle, isKey: boolean): void {
    if (style === "plain" && (isKey || !text.includes(" ") || text.length + this.#column < bestWidth)) {
      this.plain(text);
      return;
    }
    const outer = this.indent;
    this.indent = outer < 0 ? 2 : outer + 2;
    const characters = Array.from<string>(text);
    if (style === "literal") this.#literal(text, characters);
    else if (style === "double") this.#double(characters, !isKey);
    else this.#flowing(characters, style === "single", !isKey);
    this.indent = outer;
  }

  #break(): void {
    this.out += "\n";
    this.#column = 0;
  }

  #put(character: string): void {
    this.out += character;
    this.#column++;
  }

  /** Plain and single-quoted text: folds at a lone space beyond the best width. */
  #flowing(characters: readonly string[], quoted: boolean, mayBreak: boolean): void {
    if (quoted) this.indicator("'", true, false, false);
    else if (!this.#whitespace) this.#put(" ");
    let [spaces, breaks] = [false, false];
    for (const [at, character] of characters.entries()) {
      const inside = !quoted || (at > 0 && at < characters.length - 1);
      if (character === " ") {
        const folds = mayBreak && !spaces && this.#column > bestWidth && inside && characters[at + 1] !== " ";
        if (folds) this.writeIndent();
        else this.#put(character);
        spaces = true;
      } else if (lineBreak.test(character)) {
        this.out += character;
        this.#column = 0;
        this.indention = true;
        breaks = true;
      } else {
        if (breaks) this.writeIndent();
        this.#put(character);
        if (quoted && character === "'") this.#put("'");
        this.indention = false;
        [spaces, breaks] = [false, false];
      }
    }
    if (quoted) this.indicator("'", false, false, false);
    this.#whitespace = false;
    this.indention = false;
  }

  #double(characters: readonly string[], mayBreak: boolean): void {
    this.indicator('"', true, false, false);
    let spaces = false;
    for (const [at, character] of characters.entries()) {
      const folds = mayBreak && !spaces && this.#column > bestWidth && at > 0 && at < characters.length - 1;
      if (character === " " && folds) {
        this.writeIndent();
        if (characters[at + 1] === " ") this.#put("\\");
      } else {
        const written = escapeCharacter(character);
        this.out += written;
        this.#column += written.length > 1 && written.charCodeAt(0) === 0x5c ? written.length : 1;
      }
      spaces = character === " ";
    }
    this.indicator('"', false, false, false);
    this.#whitespace = false;
    this.indention = false;
  }

  #literal(text: string, characters: readonly string[]): void {
    const hint = /^[ \n\u2028\u2029]/.test(text) ? "2" : "";
    const chomp = /[\n\u2028\u2029]$/.test(text)
      ? /(?:^|[\n\u2028\u2029])[\n\u2028\u2029]$/.test(text)
        ? "+"
        : ""
      : "-";
    this.indicator(`|${hint}${chomp}`, true, false, false);
    this.#break();
    this.indention = true;
    this.#whitespace = true;
    let breaks = true;
    for (const character of characters) {
      if (lineBreak.test(character)) {
        this.out += character;
        this.#column = 0;
        this.indention = true;
        breaks = true;
      } else {
        if (breaks) this.writeIndent();
        this.#put(character);
        this.indention = false;
        breaks = false;
      }
    }
  }
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code !== 0x22 && code !== 0x5c && !special.test(character) && !lineBreak.test(character)) return character;
  const short = escapes.get(code);
  if (short !== undefined) return `\\${short}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
