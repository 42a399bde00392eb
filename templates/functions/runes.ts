/**
 * Go's `unicode` on single characters: classes by general category, and the simple case mappings, of which each gives one
 * character for one. JavaScript's own case functions map some characters to several and look at the neighbours.
 */
/** Letters in the case of titles: each stands for three characters of the same two letters (`Ǆ`, `ǅ`, `ǆ`). */
const digraphs = "ǄǅǆǇǈǉǊǋǌǱǲǳ";

/** Georgian letters have capitals that titles don't use. */
const georgian = /^[\u10d0-\u10fa\u10fd-\u10ff\u1c90-\u1cba\u1cbd-\u1cbf]$/;

export const isUpper = classOf(/^\p{Lu}$/u);
export const isLower = classOf(/^\p{Ll}$/u);
export const isTitle = classOf(/^\p{Lt}$/u);
export const isLetter = classOf(/^\p{L}$/u);
export const isNumber = classOf(/^\p{N}$/u);
export const isDigit = classOf(/^\p{Nd}$/u);
export const isPunctuation = classOf(/^\p{P}$/u);
export const isSpace = classOf(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/);

/** The test of one character against a class, from a table where it is ASCII. */
function classOf(pattern: RegExp): (character: string) => boolean {
  const ascii = Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
  return (character) => ascii[character.charCodeAt(0)] ?? pattern.test(character);
}

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
