import type { KubeObject } from "../kube/objects.ts";

type Fields = { readonly [key: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields that a manager holds by server-side apply; undefined when it never applied the object. */
export function appliedFields(object: KubeObject, manager: string): Fields | undefined {
  for (const entry of object.metadata.managedFields ?? []) {
    if (!isFields(entry) || entry.manager !== manager || entry.operation !== "Apply") continue;
    if (entry.subresource !== undefined && entry.subresource !== "") continue;
    return isFields(entry.fieldsV1) ? entry.fieldsV1 : {};
  }
  return undefined;
}

/**
 * Whether each field that we hold is still wanted: one that is not would be removed by the next apply. Format: FieldsV1 of
 * structured-merge-diff, `f:` fields, `k:` list items by their keys, `v:` values of sets, `i:` items by index.
 */
export function coversOwned(fields: Fields, wanted: unknown): boolean {
  return Object.entries(fields).every(([path, below]) => {
    if (path === ".") return true;
    const found = step(path, wanted);
    return found !== missing && (!isFields(below) || coversOwned(below, found));
  });
}

const missing = Symbol("missing");

function step(path: string, wanted: unknown): unknown {
  const rest = path.slice(2);
  switch (path.slice(0, 2)) {
    case "f:":
      return isFields(wanted) && Object.hasOwn(wanted, rest) ? wanted[rest] : missing;
    case "k:":
      return findItem(wanted, parse(rest));
    case "v:":
      return Array.isArray(wanted) && wanted.some((item) => item === parse(rest)) ? true : missing;
    case "i:":
      return Array.isArray(wanted) && Number(rest) < wanted.length ? wanted[Number(rest)] : missing;
    default:
      return true;
  }
}

/** The item with these keys. A key that the item leaves out was filled in by the server with its default. */
function findItem(wanted: unknown, keys: unknown): unknown {
  if (!Array.isArray(wanted) || !isFields(keys)) return missing;
  const matches = (item: unknown) =>
    isFields(item) && Object.entries(keys).every(([key, value]) => !Object.hasOwn(item, key) || item[key] === value);
  const found = wanted.find(matches);
  return found === undefined ? missing : found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours to judge: a key that can't be read matches nothing, and the next apply settles it.
    return missing;
  }
}
