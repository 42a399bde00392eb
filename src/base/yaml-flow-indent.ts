/** Spaces to add at an offset of a text. */
export interface Insertion {
  readonly at: number;
  readonly count: number;
}

const isSpace = (char: string | undefined): boolean => char === " " || char === "\t";
const isBreak = (char: string | undefined): boolean => char === "\n" || char === "\r";
const isGap = (char: string | undefined): boolean => char === undefined || isSpace(char) || isBreak(char);
const flowMarks: ReadonlySet<string> = new Set("[]{},");

/**
 * What to add to the lines inside `[…]`, `{…}` and quotes so that they stand to the right of what they belong to. YAML 1.2
 * asks for that; the reader of Kubernetes, as YAML 1.1, does not look at their indentation, and closing brackets below the
 * key are usual. The text's value stays the same. Knows no more of YAML than where such parts begin and end.
 */
export function flowIndentation(text: string): Insertion[] {
  return new FlowScanner(text).run();
}

class FlowScanner {
  readonly #text: string;
  readonly #insertions: Insertion[] = [];
  #at = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Insertion[] {
    while (this.#at < this.#text.length) this.#blockLine();
    return this.#insertions;
  }

  get #char(): string | undefined {
    return this.#text[this.#at];
  }

  get #next(): string | undefined {
    return this.#text[this.#at + 1];
  }

  get #column(): number {
    return this.#at - this.#lineStart;
  }

  /** A line outside of brackets and quotes, with all that its values span. */
  #blockLine(): void {
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(this.#text.slice(this.#at, this.#at + 4))) this.#at += 3;
    let parent = -1;
    let entry = -1;
    for (let char = this.#skipSpaces(); !isBreak(char) && char !== "#"; char = this.#skipSpaces()) {
      if (char === undefined) return;
      if (entry < 0) entry = this.#column;
      if ((char === "-" || char === "?") && isGap(this.#next)) {
        parent = this.#column;
        entry = -1;
        this.#at++;
      } else if (char === ":" && isGap(this.#next)) {
        parent = entry;
        this.#at++;
      } else if (!this.#token(char)) {
        this.#skipBlock(parent);
        return;
      }
    }
    this.#skipLine();
  }

  /** Moves past a node, a key or what stands in front of them; false at text that may go on in the next lines. */
  #token(char: string): boolean {
    if (char === '"' || char === "'") this.#quoted(char, this.#column + 1);
    else if (char === "[" || char === "{") this.#collection();
    else if (char === "&" || char === "!" || char === "*") this.#skipWord();
    else return char !== "|" && char !== ">" && this.#plainKey();
    return true;
  }

  #collection(): void {
    const pad = this.#column + 1;
    let depth = 0;
    do {
      const char = this.#char;
      if (char === undefined) return;
      if (char === "[" || char === "{") depth++;
      if (char === "]" || char === "}") depth--;
      if (flowMarks.has(char) || isSpace(char)) this.#at++;
      else this.#inCollection(char, pad);
    } while (depth > 0);
  }

  #inCollection(char: string, pad: number): void {
    if (isBreak(char)) this.#newLine(pad);
    else if (char === "#" && isGap(this.#text[this.#at - 1])) this.#skipToBreak();
    else if (char === '"' || char === "'") this.#quoted(char, pad);
    else this.#plainInCollection();
  }

  /** Up to what ends it: spaces do not, so that a quote in the middle of a text begins nothing. */
  #plainInCollection(): void {
    for (this.#at++; ; this.#at++) {
      const [char, next] = [this.#char, this.#next];
      if (char === undefined || isBreak(char) || flowMarks.has(char)) return;
      if (char === "#" && isSpace(this.#text[this.#at - 1])) return;
      if (this.#text[this.#at - 1] === ":" && (isSpace(char) || char === '"' || char === "'")) return;
      if (char === ":" && (isGap(next) || flowMarks.has(next ?? ""))) return;
    }
  }

  #quoted(quote: string, pad: number): void {
    this.#at++;
    while (this.#char !== undefined) {
      if (isBreak(this.#char)) this.#newLine(pad);
      else if (quote === '"' && this.#char === "\\" && !isBreak(this.#next)) this.#at += 2;
      else if (this.#char !== quote) this.#at++;
      else if (quote === "'" && this.#next === "'") this.#at += 2;
      else break;
    }
    this.#at++;
  }

  /** Moves past a line break inside brackets or quotes and indents what follows. */
  #newLine(count: number): void {
    this.#skipBreak();
    this.#insertions.push({ at: this.#at, count });
  }

  #skipBreak(): void {
    this.#at += this.#char === "\r" && this.#next === "\n" ? 2 : 1;
    this.#lineStart = this.#at;
  }

  #skipToBreak(): void {
    while (this.#char !== undefined && !isBreak(this.#char)) this.#at++;
  }

  #skipLine(): void {
    this.#skipToBreak();
    if (this.#char !== undefined) this.#skipBreak();
  }

  #skipWord(): void {
    while (!isGap(this.#char)) this.#at++;
  }

  #skipSpaces(): string | undefined {
    while (isSpace(this.#char)) this.#at++;
    return this.#char;
  }

  /** Moves past plain text up to the `:` that makes it a key; or sees that it is none, without moving. */
  #plainKey(): boolean {
    for (let at = this.#at; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (isBreak(char) || (char === "#" && isSpace(this.#text[at - 1]))) return false;
      if (char !== ":" || !isGap(this.#text[at + 1])) continue;
      this.#at = at;
      return true;
    }
    return false;
  }

  /** The rest of a block scalar or of plain text: every line that is blank or stands to the right of the parent. */
  #skipBlock(parent: number): void {
    for (;;) {
      this.#skipLine();
      let end = this.#at;
      while (this.#text[end] === " ") end++;
      if (end >= this.#text.length || (!isBreak(this.#text[end]) && end - this.#at <= parent)) return;
    }
  }
}
