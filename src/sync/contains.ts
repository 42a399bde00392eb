type Fields = { readonly [key: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing, as the API leaves it out: a null, an empty list, or a map of such. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.values(value).every(isNothing);
}

/**
 * Whether the live object holds all that is wanted, with the same values. More fields in the live one are others' or
 * defaults. False says only that it looks different: the server may write the same in another way (`1000m` and `1`).
 */
export function contains(live: unknown, wanted: unknown): boolean {
  if (wanted === undefined || live === wanted || (live === undefined && isNothing(wanted))) return true;
  if (Array.isArray(wanted)) {
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, i) => contains(live[i], item));
  }
  if (!isFields(wanted)) return typeof wanted === "bigint" && wanted === live;
  if (!isFields(live)) return false;
  return Object.keys(wanted).every((key) => contains(Object.hasOwn(live, key) ? live[key] : undefined, wanted[key]));
}
