const controls: { readonly [code: string]: string } = { "07": "\\a", "0b": "\\v" };

/** A text in quotes as Go writes it: what cannot be seen is escaped, the rest stands as it is. */
export function goQuoted(text: string): string {
  return JSON.stringify(text)
    .replace(/(\\\\)|\\u00([01][0-9a-f])/g, (whole, slash: string | undefined, code: string) => {
      return slash === undefined ? (controls[code] ?? `\\x${code}`) : whole;
    })
    .replace(/[\p{C}\p{Z}]/gu, (one) => (one === " " ? one : escaped(one.codePointAt(0)!)));
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code === 0x7f) return "\\x7f";
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
