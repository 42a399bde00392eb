/** A plain JSON object, as opposed to a list, a scalar or null. */
function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values. A key whose value is undefined counts as absent; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = definedKeys(a);
  if (keys.length !== definedKeys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

function definedKeys(map: { readonly [key: string]: unknown }): string[] {
  return Object.keys(map).filter((key) => map[key] !== undefined);
}

/**
 * The JSON merge patch (RFC 7386) that turns `from` into `to`; undefined when there is nothing to change. Lists are
 * replaced whole. A null inside `to` can't be told by such a patch: the key is removed.
 */
export function mergePatch(from: object, to: object): { [key: string]: unknown } | undefined {
  const patch = difference(from as { [key: string]: unknown }, to as { [key: string]: unknown });
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function difference(
  from: { readonly [key: string]: unknown },
  to: { readonly [key: string]: unknown },
): { [key: string]: unknown } {
  // Without a prototype: a key such as __proto__ in a foreign object must stay a key.
  const patch: { [key: string]: unknown } = Object.create(null);
  for (const key of definedKeys(from)) {
    if (!Object.hasOwn(to, key) || to[key] === undefined) patch[key] = null;
  }
  for (const key of definedKeys(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const after = to[key];
    if (sameJson(before, after) || (after === null && before === undefined)) continue;
    patch[key] = isObject(before) && isObject(after) ? difference(before, after) : after;
  }
  return patch;
}
