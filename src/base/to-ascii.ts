import { createRequire } from "node:module";

type Transliterate = (text: string) => string;

let library: Transliterate | undefined;

/** Loaded on first use: nearly all names are ASCII. */
function transliterate(character: string): string {
  library ??= (createRequire(import.meta.url)("transliteration") as { readonly transliterate: Transliterate })
    .transliterate;
  return library(character);
}

/** Where Go's unidecode, which Argo CD's slugs are made with, spells a letter in another way than our library. */
const spellings: ReadonlyMap<string, string> = new Map(
  [
    "Ý=Y ǲ=Dz Ʌ=^ ẞ=Ss",
    "Ή=E Β=B Η=E Ξ=Ks Υ=U Φ=Ph Χ=Kh Ϋ=U ή=e ΰ=u β=b η=e υ=u φ=ph χ=kh ϋ=u ύ=u",
    "Ѐ=Ie Ё=Io Й=I Х=Kh Ц=Ts Ъ=' Ь=' Ю=Iu Я=Ia й=i х=kh ц=ts ъ=' ь=' ю=iu я=ia ѐ=ie ё=io",
    "し=shi ち=chi っ=tsu つ=tsu シ=shi チ=chi ッ=tsu ツ=tsu ع=` ™=",
  ].flatMap((line) => line.split(" ").map((pair) => [pair.slice(0, 1), pair.slice(2)] as const)),
);

const ideographs = /[\u4e00-\u9fff\uf900-\ufaff]/;

/**
 * Letters of other scripts as Latin ones, each by itself: `Łódź` as `Lodz`, `東京` as `Dong Jing `. What has no spelling is
 * left out.
 */
export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  return text.replace(/[^\x00-\x7f]/gu, spell);
}

function spell(character: string): string {
  // Beyond the first plane, emoji among it, there are no spellings.
  if (character.length > 1) return "";
  const own = spellings.get(character);
  if (own !== undefined) return own;
  const spelled = transliterate(character);
  return ideographs.test(character) && !spelled.endsWith(" ") ? `${spelled} ` : spelled;
}
