import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";
import {
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isTitle,
  isUpper,
  mapRunes,
  runesOf,
  toLowerRune,
  toTitleRune,
  toUpperRune,
} from "./runes.ts";
import { isConnector, lowerWord, type Word, WordReader } from "./words.ts";

const ascii = /^[\0-\x7f]*$/;

/** Strings, upper and lower case. */
export const textCaseFunctions: FunctionTable = {
  upper: define("func(string) string", "capital letters, one character for one (`ß` stays)", ([text]) => upper(text)),
  lower: define("func(string) string", "small letters", ([text]) => lower(text)),
  title: define(
    "func(string) string",
    "a capital at the start of each word; an apostrophe starts one (`It'S`)",
    ([text]) => title(text),
  ),
  untitle: define("func(string) string", "a small letter at the start of each word", ([text]) => untitle(text)),
  swapcase: define(
    "func(string) string",
    "small letters for capitals and the reverse; a word starts with a capital",
    ([text]) => swapCase(text),
  ),
  snakecase: define(
    "func(string) string",
    "words in small letters with `_` between: `FirstName` is `first_name`",
    ([text]) => separated(text, "_"),
  ),
  kebabcase: define(
    "func(string) string",
    "words in small letters with `-` between: `FirstName` is `first-name`",
    ([text]) => separated(text, "-"),
  ),
  camelcase: define(
    "func(string) string",
    "words with a capital each and nothing between: `http_server` is `HttpServer`",
    ([text]) => camelCase(text),
  ),
};

/** Go's `strings.ToUpper`. */
export function upper(text: string): string {
  return ascii.test(text) ? text.toUpperCase() : mapRunes(text, toUpperRune);
}

/** Go's `strings.ToLower`. */
export function lower(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : mapRunes(text, toLowerRune);
}

/** Go's `strings.Title`. */
function title(text: string): string {
  let previous = " ";
  return mapRunes(text, (rune) => {
    const mapped = separatesWords(previous) ? toTitleRune(rune) : rune;
    previous = rune;
    return mapped;
  });
}

function separatesWords(rune: string): boolean {
  if (rune <= "\x7f") return !/[0-9A-Za-z_]/.test(rune);
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

function untitle(text: string): string {
  let isStart = true;
  return mapRunes(text, (rune) => {
    if (isSpace(rune)) isStart = true;
    else if (isStart) {
      isStart = false;
      return toLowerRune(rune);
    }
    return rune;
  });
}

function swapCase(text: string): string {
  let isAfterSpace = true;
  return mapRunes(text, (rune) => {
    if (isUpper(rune) || isTitle(rune)) {
      isAfterSpace = false;
      return toLowerRune(rune);
    }
    if (!isLower(rune)) {
      isAfterSpace = isSpace(rune);
      return rune;
    }
    const swapped = isAfterSpace ? toTitleRune(rune) : toUpperRune(rune);
    isAfterSpace = false;
    return swapped;
  });
}

/** Whether the connector goes before a word that follows another. */
function takesConnector(word: Word, isEndAllowed: boolean): boolean {
  return word.kind !== "connector" && word.kind !== "punctuation" && (isEndAllowed || word.kind !== "invalid");
}

/** `snakecase` and `kebabcase`: numbers hold on to the words around them as xstrings decides (`http2xx` is `http_2xx`). */
function separated(text: string, connector: string): string {
  const reader = new WordReader(text);
  let out = "";
  let word = reader.next();

  // A number takes the letters and numbers that follow it.
  function takeTail(): void {
    for (; word.kind === "letters" || word.kind === "number"; word = reader.next()) out += lowerWord(word, connector);
    if (takesConnector(word, false)) out += connector;
  }

  function afterName(): void {
    const number = word;
    if (number.kind !== "number") {
      if (takesConnector(word, true)) out += connector;
      return;
    }
    if (reader.isDone) return;
    word = reader.next();
    if (word.kind === "letters") {
      out += connector + number.text;
      takeTail();
      return;
    }
    out += number.text;
    if (takesConnector(word, true)) out += connector;
  }

  while (!reader.isDone) {
    const previous = word;
    out += lowerWord(previous, connector);
    word = reader.next();
    if (previous.kind === "number") takeTail();
    else if (previous.kind !== "connector" && previous.kind !== "punctuation") afterName();
  }
  return out + lowerWord(word, connector);
}

function camelCase(text: string): string {
  const runes = runesOf(text);
  if (runes.length === 0) return "";
  const start = runes.findIndex((rune) => !isConnector(rune));
  // The original writes the last of nothing but connectors twice.
  if (start < 0) return runes.join("") + (runes.at(-1) as string);
  let out = runes.slice(0, start).join("");
  let last = runes[start] as string;
  let isInCapitals = isUpper(last);
  last = toUpperRune(last);
  for (const rune of runes.slice(start + 1)) {
    if (isConnector(rune) && isConnector(last)) {
      out += last;
      last = rune;
      continue;
    }
    let next = rune;
    if (isConnector(last)) {
      isInCapitals = isUpper(rune);
      next = toUpperRune(rune);
    } else {
      isInCapitals &&= isUpper(rune);
      if (isInCapitals) next = toLowerRune(rune);
      out += last;
    }
    last = next;
  }
  return out + last;
}
