/** JSON with the keys of every object in order and exact integers, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  return Array.isArray(value) ? listText(value) : mapText(value as { readonly [key: string]: unknown });
}

function listText(items: readonly unknown[]): string {
  let text = "[";
  for (const item of items) text += `${text === "[" ? "" : ","}${canonicalJson(item)}`;
  return `${text}]`;
}

function mapText(map: { readonly [key: string]: unknown }): string {
  let text = "{";
  for (const key of Object.keys(map).sort()) {
    const entry = map[key];
    if (entry !== undefined) text += `${text === "{" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(entry)}`;
  }
  return `${text}}`;
}
