import { isLetter, isNumber, isPunctuation, isSpace, isUpper, toLowerRune } from "./runes.ts";

/** The kinds of words that huandu/xstrings 1.5 parts a name into: its rules are behind `snakecase`, `kebabcase`, `camelcase`. */
export type WordKind = "invalid" | "number" | "upper" | "letters" | "connector" | "punctuation" | "other";

export interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

const continues: { readonly [K in Exclude<WordKind, "invalid" | "upper">]: (rune: string) => boolean } = {
  connector: isConnector,
  punctuation: isPunctuation,
  letters: isSmall,
  number: isNumber,
  other: (rune) => !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunctuation(rune),
};

/** Reads a text word by word. A byte that is no UTF-8 belongs to the word it stands in; the end is an empty invalid word. */
export class WordReader {
  private readonly runes: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.runes = Array.from(text);
  }

  get isDone(): boolean {
    return this.at >= this.runes.length;
  }

  next(): Word {
    const start = this.at;
    const first = this.peek("");
    this.at = first.end;
    const kind = first.rune === "" ? "invalid" : kindOfRune(first.rune);
    if (kind === "upper") this.readUpper(first.rune);
    else if (kind !== "invalid") this.readWhile(first.rune, continues[kind]);
    return { kind, text: this.runes.slice(start, this.at).join("") };
  }

  /** The next valid character and the position behind it; the one before again where only invalid ones are left. */
  private peek(before: string): { readonly rune: string; readonly end: number } {
    let at = this.at;
    while (at < this.runes.length) {
      const rune = this.runes[at++] as string;
      if (isValid(rune)) return { rune, end: at };
    }
    return { rune: before, end: at };
  }

  /** Reads on while characters fit, and gives the one that ended it. */
  private readWhile(first: string, fits: (rune: string) => boolean): string {
    let last = first;
    while (!this.isDone) {
      const next = this.peek(last);
      last = next.rune;
      if (!fits(last)) break;
      this.at = next.end;
    }
    return last;
  }

  private readUpper(first: string): void {
    if (this.isDone) return;
    const second = this.peek(first);
    if (isUpper(second.rune)) this.readCapitals(first);
    else if (isAlphabet(second.rune)) {
      this.at = second.end;
      this.readWhile(second.rune, isSmall);
    }
  }

  /** Capitals up to the last: before a small letter that one begins the next word (`HTTPServer`). */
  private readCapitals(first: string): void {
    let lastStart = this.at;
    let last = first;
    while (!this.isDone) {
      const next = this.peek(last);
      last = next.rune;
      if (!isUpper(last)) break;
      lastStart = this.at;
      this.at = next.end;
    }
    if (!this.isDone && isAlphabet(last)) this.at = lastStart;
  }
}

/** What joins words: `-`, `_` and white space. */
export function isConnector(rune: string): boolean {
  return rune === "-" || rune === "_" || isSpace(rune);
}

/** The word in small letters where it is in capitals, connectors replaced; words of other kinds stay. */
export function lowerWord(word: Word, connector: string): string {
  if (word.kind !== "upper" && word.kind !== "connector") return word.text;
  let text = "";
  for (const rune of word.text) {
    if (isConnector(rune)) text += connector;
    else if (isUpper(rune)) text += toLowerRune(rune);
    else text += isValid(rune) ? rune : "\ufffd";
  }
  return text;
}

function kindOfRune(rune: string): Exclude<WordKind, "invalid"> {
  if (isConnector(rune)) return "connector";
  if (isPunctuation(rune)) return "punctuation";
  if (isUpper(rune)) return "upper";
  if (isAlphabet(rune)) return "letters";
  return isNumber(rune) ? "number" : "other";
}

function isValid(rune: string): boolean {
  return rune !== "\ufffd" && !(rune.length === 1 && rune >= "\ud800" && rune <= "\udfff");
}

function isSmall(rune: string): boolean {
  return isAlphabet(rune) && !isUpper(rune);
}

/** Letters, without the Chinese characters that Japanese and Korean share. */
function isAlphabet(rune: string): boolean {
  if (!isLetter(rune)) return false;
  const point = rune.codePointAt(0) as number;
  const isChinese =
    (point >= 0x4e00 && point <= 0x9fcc) ||
    (point >= 0x3400 && point <= 0x4d85) ||
    (point >= 0x20000 && point <= 0x2b81d);
  return !isChinese;
}
