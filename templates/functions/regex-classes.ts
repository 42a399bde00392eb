/** The long names of Unicode's general categories, and three of POSIX, as Go 1.25 and later know them. */
const longNames: readonly (readonly [string, string])[] = [
  ["Cased_Letter", "LC"],
  ["Close_Punctuation", "Pe"],
  ["Combining_Mark", "M"],
  ["Connector_Punctuation", "Pc"],
  ["Control", "Cc"],
  ["Currency_Symbol", "Sc"],
  ["Dash_Punctuation", "Pd"],
  ["Decimal_Number", "Nd"],
  ["Enclosing_Mark", "Me"],
  ["Final_Punctuation", "Pf"],
  ["Format", "Cf"],
  ["Initial_Punctuation", "Pi"],
  ["Letter", "L"],
  ["Letter_Number", "Nl"],
  ["Line_Separator", "Zl"],
  ["Lowercase_Letter", "Ll"],
  ["Mark", "M"],
  ["Math_Symbol", "Sm"],
  ["Modifier_Letter", "Lm"],
  ["Modifier_Symbol", "Sk"],
  ["Nonspacing_Mark", "Mn"],
  ["Number", "N"],
  ["Open_Punctuation", "Ps"],
  ["Other", "C"],
  ["Other_Letter", "Lo"],
  ["Other_Number", "No"],
  ["Other_Punctuation", "Po"],
  ["Other_Symbol", "So"],
  ["Paragraph_Separator", "Zp"],
  ["Private_Use", "Co"],
  ["Punctuation", "P"],
  ["Separator", "Z"],
  ["Space_Separator", "Zs"],
  ["Spacing_Mark", "Mc"],
  ["Surrogate", "Cs"],
  ["Symbol", "S"],
  ["Titlecase_Letter", "Lt"],
  ["Unassigned", "Cn"],
  ["Uppercase_Letter", "Lu"],
  ["cntrl", "Cc"],
  ["digit", "Nd"],
  ["punct", "P"],
];

const shortNames = new Map([...longNames.map(([long, short]) => [canonical(long), short] as const), ["Lc", "LC"]]);

/** Properties that the library knows and Go does not. */
const unknownToGo = new Set(["Alphabetic", "Dash", "Emoji", "Lowercase", "Math", "Uppercase", "Unknown"]);

/** Go compares names without `_`, `-` and spaces, and without regard to case but for the first letter, which is a capital. */
function canonical(name: string): string {
  const bare = name.replace(/[_\- ]/g, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1).toLowerCase();
}

/** `\p{NAME}` as the library reads it. A name that there is not stays one. */
export function unicodeClass(name: string, isNegated: boolean, isInBrackets: boolean): string {
  const found = canonical(name);
  if (found === "Ascii") {
    const range = isNegated ? "\\x{80}-\\x{10FFFF}" : "\\x00-\\x7F";
    return isInBrackets ? range : `[${range}]`;
  }
  const read = unknownToGo.has(found) ? `${found} (unknown)` : (shortNames.get(found) ?? found);
  return `\\${isNegated ? "P" : "p"}{${read}}`;
}
