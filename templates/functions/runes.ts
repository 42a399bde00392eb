/**
 * Go's `unicode` on single characters: classes by general category, and the simple case mappings, of which each gives one
 * character for one. JavaScript's own case functions map some characters to several and look at the neighbours.
 */
const upper = /^\p{Lu}$/u;
const lower = /^\p{Ll}$/u;
const titlecase = /^\p{Lt}$/u;
const letter = /^\p{L}$/u;
const number = /^\p{N}$/u;
const decimalDigit = /^\p{Nd}$/u;
const punctuation = /^\p{P}$/u;
const space = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Letters in the case of titles: each stands for three characters of the same two letters (`Ǆ`, `ǅ`, `ǆ`). */
const digraphs = "ǄǅǆǇǈǉǊǋǌǱǲǳ";

/** Georgian letters have capitals that titles don't use. */
const georgian = /^[\u10d0-\u10fa\u10fd-\u10ff\u1c90-\u1cba\u1cbd-\u1cbf]$/;

export const isUpper = (character: string): boolean => upper.test(character);
export const isLower = (character: string): boolean => lower.test(character);
export const isTitle = (character: string): boolean => titlecase.test(character);
export const isLetter = (character: string): boolean => letter.test(character);
export const isNumber = (character: string): boolean => number.test(character);
export const isDigit = (character: string): boolean => decimalDigit.test(character);
export const isPunctuation = (character: string): boolean => punctuation.test(character);
export const isSpace = (character: string): boolean => space.test(character);

/** Go's `unicode.ToUpper`: `ß` stays, `ᾀ` becomes `ᾈ`. */
export function toUpperRune(character: string): string {
  const mapped = character.toUpperCase();
  return isOneCharacter(mapped) ? mapped : withIotaBelow(character);
}

/** Go's `unicode.ToLower`: `İ` becomes `i`, and `Σ` always `σ`. */
export function toLowerRune(character: string): string {
  const mapped = character.toLowerCase();
  return isOneCharacter(mapped) ? mapped : "i";
}

/** Go's `unicode.ToTitle`. */
export function toTitleRune(character: string): string {
  const digraph = digraphs.indexOf(character);
  if (digraph >= 0) return digraphs.charAt(digraph - (digraph % 3) + 1);
  return georgian.test(character) ? character : toUpperRune(character);
}

/** Greek vowels with an iota below: their capitals of one character, which full case mapping writes as two. */
function withIotaBelow(character: string): string {
  const point = character.codePointAt(0) as number;
  const hasCapital = point >= 0x1f80 && point <= 0x1faf && (point & 8) === 0;
  if (hasCapital) return String.fromCodePoint(point + 8);
  return point === 0x1fb3 || point === 0x1fc3 || point === 0x1ff3 ? String.fromCodePoint(point + 9) : character;
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) as number) > 0xffff);
}

/** The characters of a text as Go's `[]rune` has them: every byte that is no UTF-8 is U+FFFD. */
export function runesOf(text: string): string[] {
  return Array.from(text, validRune);
}

/** The text with every character mapped; bytes that are no UTF-8 become U+FFFD, as in Go's `strings.Map`. */
export function mapRunes(text: string, map: (character: string) => string): string {
  let mapped = "";
  for (const character of text) mapped += map(validRune(character));
  return mapped;
}

function validRune(character: string): string {
  return character >= "\ud800" && character <= "\udfff" && character.length === 1 ? "\ufffd" : character;
}
