/** What Go's decoder says of a text, or of the bytes of one, that is no JSON. It reads bytes, and a space where the text ends. */
export function goJsonError(text: string | Uint8Array): string {
  try {
    new Scanner(Buffer.from(text as string)).readDocument();
  } catch (error: unknown) {
    if (!(error instanceof ScanError)) throw error;
    return error.message;
  }
  return endMessage;
}

const endMessage = "unexpected end of JSON input";

class ScanError extends Error {}

const literals: { readonly [first: string]: string } = { t: "true", f: "false", n: "null" };

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The byte here as a character; the end reads as a space. */
  get #character(): string {
    const byte = this.#bytes[this.#at];
    return byte === undefined ? " " : String.fromCharCode(byte);
  }

  #fail(context: string): never {
    throw new ScanError(`invalid character ${quoteCharacter(this.#character)} ${context}`);
  }

  #skipSpace(): void {
    while (this.#at < this.#bytes.length && /[ \t\r\n]/.test(this.#character)) this.#at++;
    if (this.#at >= this.#bytes.length) throw new ScanError(endMessage);
  }

  readDocument(): void {
    this.#readValue();
    while (this.#at < this.#bytes.length) {
      if (!/[ \t\r\n]/.test(this.#character)) this.#fail("after top-level value");
      this.#at++;
    }
  }

  #readValue(): void {
    this.#skipSpace();
    const character = this.#character;
    if (character === "{") this.#readObject();
    else if (character === "[") this.#readArray();
    else if (character === '"') this.#readString();
    else if (/[-0-9]/.test(character)) this.#readNumber();
    else if (Object.hasOwn(literals, character)) this.#readLiteral(literals[character]!);
    else this.#fail("looking for beginning of value");
  }

  #readObject(): void {
    this.#at++;
    this.#skipSpace();
    if (this.#take("}")) return;
    do {
      this.#skipSpace();
      if (this.#character !== '"') this.#fail("looking for beginning of object key string");
      this.#readString();
      this.#skipSpace();
      if (!this.#take(":")) this.#fail("after object key");
      this.#readValue();
      this.#skipSpace();
    } while (this.#take(","));
    if (!this.#take("}")) this.#fail("after object key:value pair");
  }

  #readArray(): void {
    this.#at++;
    this.#skipSpace();
    if (this.#take("]")) return;
    do {
      this.#readValue();
      this.#skipSpace();
    } while (this.#take(","));
    if (!this.#take("]")) this.#fail("after array element");
  }

  #take(character: string): boolean {
    if (this.#character !== character) return false;
    this.#at++;
    return true;
  }

  #readString(): void {
    this.#at++;
    while (!this.#take('"')) {
      if (this.#at >= this.#bytes.length) throw new ScanError(endMessage);
      if (this.#take("\\")) this.#readEscape();
      else if (this.#character < " ") this.#fail("in string literal");
      else this.#at++;
    }
  }

  #readEscape(): void {
    if (!/["\\/bfnrtu]/.test(this.#character)) this.#fail("in string escape code");
    if (!this.#take("u")) {
      this.#at++;
      return;
    }
    for (let digit = 0; digit < 4; digit++) {
      if (!/[0-9a-fA-F]/.test(this.#character)) this.#fail("in \\u hexadecimal character escape");
      this.#at++;
    }
  }

  #readNumber(): void {
    this.#take("-");
    if (!this.#take("0")) this.#readDigits("in numeric literal");
    if (this.#take(".")) this.#readDigits("after decimal point in numeric literal");
    if (!this.#take("e") && !this.#take("E")) return;
    if (!this.#take("+")) this.#take("-");
    this.#readDigits("in exponent of numeric literal");
  }

  #readDigits(context: string): void {
    if (!/[0-9]/.test(this.#character)) this.#fail(context);
    while (/[0-9]/.test(this.#character)) this.#at++;
  }

  #readLiteral(word: string): void {
    for (const expected of word) {
      if (!this.#take(expected)) this.#fail(`in literal ${word} (expecting ${quoteCharacter(expected)})`);
    }
  }
}

function quoteCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${goEscapes[character] ?? escapeUnprinted(character)}'`;
}

const goEscapes: { readonly [character: string]: string } = {
  ...{ "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" },
  ...{ "\v": "\\v", "\u0007": "\\a" },
};

/** Go escapes control characters of ASCII by byte, the rest of what it does not print by code point. */
function escapeUnprinted(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return (code >= 0x80 && code <= 0xa0) || code === 0xad ? `\\u00${code.toString(16)}` : character;
}
