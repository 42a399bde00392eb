const reserved = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

const escapes: { readonly [part: string]: string } = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};
const parts: { readonly [escaped: string]: string } = Object.fromEntries(
  Object.entries(escapes).map(([part, escaped]) => [escaped, part]),
);

/** The name that expressions use for a property; undefined where they have none. */
export function escapeName(name: string): string | undefined {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_./-][\w./-]*$/.test(name)) return undefined;
  return name.replace(/__|[-./]/g, (part) => escapes[part]!);
}

/** The property that an expression's name stands for; undefined where it can stand for none. */
export function unescapeName(escaped: string): string | undefined {
  let isRight = true;
  const name = escaped.replace(/__[^_]+__/g, (whole) => {
    const word = whole.slice(2, -2);
    if (Object.hasOwn(parts, whole)) return parts[whole]!;
    if (!reserved.has(word) || whole.length !== escaped.length) isRight = false;
    return word;
  });
  return isRight ? name : undefined;
}
