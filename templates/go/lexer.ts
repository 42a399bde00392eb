import { isPrintable } from "./quote.ts";
import { type Token, type TokenKind, wordKind } from "./token.ts";

const blank = " \t\r\n";
const alphaNumeric = /[\p{L}\p{Nd}_]/u;
const terminators = ".,|:()";

/**
 * Cuts a template into tokens by the rules of Go's text/template: delimiters `{{` and `}}`, trim markers, comments. The
 * list always ends with `end` or, at the first fault, with `error`.
 */
export function tokenize(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  private readonly text: string;
  private readonly tokens: Token[] = [];
  private position = 0;
  private parens = 0;
  private isDone = false;

  constructor(text: string) {
    this.text = text;
  }

  run(): readonly Token[] {
    while (!this.isDone) {
      if (this.takeText()) this.takeAction();
    }
    return this.tokens;
  }

  private emit(kind: TokenKind, start: number): void {
    this.tokens.push({ kind, text: this.text.slice(start, this.position), start });
  }

  private fail(message: string, start: number): void {
    this.tokens.push({ kind: "error", text: message, start });
    this.isDone = true;
  }

  private finish(): void {
    this.tokens.push({ kind: "end", text: "", start: this.text.length });
    this.isDone = true;
  }

  /** Text up to the next action; false at the end of the template. */
  private takeText(): boolean {
    const start = this.position;
    const open = this.text.indexOf("{{", start);
    let end = open < 0 ? this.text.length : open;
    if (open >= 0 && this.hasLeftTrim(open)) while (end > start && blank.includes(this.text.charAt(end - 1))) end--;
    if (end > start) this.tokens.push({ kind: "text", text: this.text.slice(start, end), start });
    this.position = open;
    if (open < 0) this.finish();
    return open >= 0;
  }

  private hasLeftTrim(open: number): boolean {
    return this.text.charAt(open + 2) === "-" && isBlank(this.text.charAt(open + 3));
  }

  private takeAction(): void {
    const open = this.position;
    const start = open + 2 + (this.hasLeftTrim(open) ? 2 : 0);
    if (this.text.startsWith("/*", start)) {
      this.takeComment(start);
      return;
    }
    this.tokens.push({ kind: "open", text: "{{", start: open });
    this.position = start;
    this.parens = 0;
    while (!this.isDone && this.takeInside());
  }

  private takeComment(start: number): void {
    const end = this.text.indexOf("*/", start + 2);
    if (end < 0) {
      this.fail("unclosed comment", start);
      return;
    }
    this.position = end + 2;
    const close = this.closingLength(this.position);
    if (close === 0) this.fail("comment ends before closing delimiter", start);
    else this.skipClosing(close);
  }

  /** How long the closing delimiter at the position is, its trim marker included; 0 when there is none. */
  private closingLength(position: number): number {
    if (this.text.startsWith("}}", position)) return 2;
    return isBlank(this.text.charAt(position)) && this.text.startsWith("-}}", position + 1) ? 4 : 0;
  }

  private skipClosing(length: number): void {
    this.position += length;
    if (length === 4) while (isBlank(this.text.charAt(this.position))) this.position++;
  }

  /** One token inside an action; false behind its closing delimiter. */
  private takeInside(): boolean {
    const start = this.position;
    const close = this.closingLength(start);
    if (close > 0) {
      if (this.parens > 0) {
        this.fail("unclosed left paren", start);
        return false;
      }
      this.tokens.push({ kind: "close", text: "}}", start });
      this.skipClosing(close);
      return false;
    }
    if (start >= this.text.length) this.fail("unclosed action", start);
    else this.takeToken(start, this.text.charAt(start));
    return true;
  }

  private takeToken(start: number, first: string): void {
    if (isBlank(first)) this.takeSpace(start);
    else if (first === '"') this.takeQuoted(start, '"', "string", "unterminated quoted string");
    else if (first === "'") this.takeQuoted(start, "'", "character", "unterminated character constant");
    else if (first === "`") this.takeRaw(start);
    else if (first === "$") this.takeName(start, "variable");
    else if (first === "." && !isDigit(this.text.charAt(start + 1))) this.takeName(start, "field");
    else if (first === "." || first === "+" || first === "-" || isDigit(first)) this.takeNumber(start);
    else if (wordSize(this.text, start) > 0) this.takeWord(start);
    else this.takeSymbol(start, first);
  }

  private takeSpace(start: number): void {
    while (isBlank(this.text.charAt(this.position)) && this.closingLength(this.position) === 0) this.position++;
    this.emit("space", start);
  }

  private takeQuoted(start: number, quote: string, kind: TokenKind, message: string): void {
    for (let index = start + 1; index < this.text.length; index++) {
      const character = this.text.charAt(index);
      if (character === "\n") break;
      if (character === quote) {
        this.position = index + 1;
        this.emit(kind, start);
        return;
      }
      if (character === "\\") {
        index++;
        if (this.text.charAt(index) === "\n") break;
      }
    }
    this.fail(message, start);
  }

  private takeRaw(start: number): void {
    const end = this.text.indexOf("`", start + 1);
    this.position = end + 1;
    if (end < 0) this.fail("unterminated raw quoted string", start);
    else this.emit("raw", start);
  }

  /** A field `.name` or a variable `$name`; alone, the sign is the dot or the variable `$`. */
  private takeName(start: number, kind: "field" | "variable"): void {
    this.position = start + 1;
    this.skipWord();
    if (!this.isAtTerminator()) this.failAtCharacter();
    else if (kind === "field" && this.position === start + 1) this.emit("dot", start);
    else this.emit(kind, start);
  }

  private takeWord(start: number): void {
    this.skipWord();
    if (this.isAtTerminator()) this.emit(wordKind(this.text.slice(start, this.position)), start);
    else this.failAtCharacter();
  }

  private skipWord(): void {
    for (let size = wordSize(this.text, this.position); size > 0; size = wordSize(this.text, this.position)) {
      this.position += size;
    }
  }

  private isAtTerminator(): boolean {
    const next = this.text.charAt(this.position);
    return next === "" || isBlank(next) || terminators.includes(next) || this.text.startsWith("}}", this.position);
  }

  private failAtCharacter(): void {
    this.fail(`bad character ${describeCharacter(characterAt(this.text, this.position))}`, this.position);
  }

  private takeNumber(start: number): void {
    if (!this.scanNumber()) {
      this.failNumber(start);
      return;
    }
    const sign = this.text.charAt(this.position);
    if (sign !== "+" && sign !== "-") {
      this.emit("number", start);
      return;
    }
    if (this.scanNumber() && this.text.charAt(this.position - 1) === "i") this.emit("complex", start);
    else this.failNumber(start);
  }

  private failNumber(start: number): void {
    this.fail(`bad number syntax: ${JSON.stringify(this.text.slice(start, this.position))}`, start);
  }

  /** Accepts anything that looks like a number; its value is judged by the parser. */
  private scanNumber(): boolean {
    this.accept(/[+-]/y);
    const based = this.accept(/0[xX]/y) ? "x" : this.accept(/0[oO]/y) ? "o" : this.accept(/0[bB]/y) ? "b" : "";
    const digits = based === "x" ? /[\da-fA-F_]*/y : based === "o" ? /[0-7_]*/y : based === "b" ? /[01_]*/y : /[\d_]*/y;
    this.accept(digits);
    if (this.accept(/\./y)) this.accept(digits);
    if (based === "") this.accept(/[eE][+-]?[\d_]*/y);
    if (based === "x") this.accept(/[pP][+-]?[\d_]*/y);
    this.accept(/i/y);
    const size = wordSize(this.text, this.position);
    this.position += size;
    return size === 0;
  }

  private accept(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const length = pattern.exec(this.text)?.[0].length ?? 0;
    this.position += length;
    return length > 0;
  }

  private takeSymbol(start: number, first: string): void {
    const declares = first === ":" && this.text.charAt(start + 1) === "=";
    this.position = start + (declares ? 2 : 1);
    if (declares) this.emit("declare", start);
    else if (first === ":") this.fail("expected :=", start);
    else if (first === "=") this.emit("assign", start);
    else if (first === "|") this.emit("pipe", start);
    else if (first === "(" || first === ")") this.takeParen(start, first);
    else if (first > " " && first < "\x7f") this.emit("symbol", start);
    else this.fail(`unrecognized character in action: ${describeCharacter(characterAt(this.text, start))}`, start);
  }

  private takeParen(start: number, paren: string): void {
    this.parens += paren === "(" ? 1 : -1;
    if (this.parens < 0) this.fail("unexpected right paren", start);
    else this.emit(paren === "(" ? "leftParen" : "rightParen", start);
  }
}

function isBlank(character: string): boolean {
  return character !== "" && blank.includes(character);
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** The length of the letter, digit or underscore at the position, 0 when there is none. */
function wordSize(text: string, position: number): number {
  const unit = text.charCodeAt(position);
  if (unit < 0x80) return asciiWord[unit] === true ? 1 : 0;
  const character = characterAt(text, position);
  return alphaNumeric.test(character) ? character.length : 0;
}

const asciiWord = Array.from({ length: 0x80 }, (_, unit) => /\w/.test(String.fromCharCode(unit)));

function characterAt(text: string, position: number): string {
  const point = text.codePointAt(position);
  return point === undefined ? "" : String.fromCodePoint(point);
}

/** A character as Go's `%#U` writes it: `U+002D '-'`. */
function describeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code}${isPrintable(character) ? ` '${character}'` : ""}`;
}
