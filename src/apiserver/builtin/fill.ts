/** A JSON object that is never changed in place. */
export type Fields = { readonly [name: string]: unknown };

export type Change = (fields: Fields) => Fields;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under a name; an empty one when there is none. */
export function fieldsAt(fields: Fields, name: string): Fields {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return isFields(value) ? value : {};
}

/** Adds what is missing. Gives back the same object when nothing is. */
export function fill(fields: Fields, defaults: Fields): Fields {
  const missing = Object.entries(defaults).filter(([name]) => fields[name] === undefined);
  return missing.length === 0 ? fields : { ...fields, ...Object.fromEntries(missing) };
}

/** Replaces one field; undefined takes it away. */
export function put(fields: Fields, name: string, value: unknown): Fields {
  if (fields[name] === value) return fields;
  if (value !== undefined) return { ...fields, [name]: value };
  const { [name]: _, ...rest } = fields;
  return rest;
}

/** Changes the object under a name, where there is one. */
export function inside(name: string, change: Change): Change {
  return (fields) => {
    const value = fields[name];
    return isFields(value) ? put(fields, name, change(value)) : fields;
  };
}

/** Changes each object of the list under a name. */
export function each(name: string, change: Change): Change {
  return (fields) => {
    const list = fields[name];
    if (!Array.isArray(list)) return fields;
    const changed = list.map((item: unknown) => (isFields(item) ? change(item) : item));
    return changed.some((item, index) => item !== list[index]) ? { ...fields, [name]: changed } : fields;
  };
}

export function filling(defaults: Fields): Change {
  return (fields) => fill(fields, defaults);
}

/** One change after the other. */
export function sequence(...changes: readonly Change[]): Change {
  return (fields) => changes.reduce((current, change) => change(current), fields);
}
