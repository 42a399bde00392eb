import { at, type Fields, fieldsAt, isFields, listAt, textAt } from "./fields.ts";

/** `a=1,b=2`, `<none>` for no labels. */
export function formatLabels(labels: Fields): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? "<none>" : pairs.map(([key, value]) => `${key}=${String(value)}`).join(",");
}

function requirement(expression: unknown): { readonly key: string; readonly text: string } {
  const key = textAt(expression, "key");
  const values = listAt(expression, "values").map(String).sort().join(",");
  const texts: { readonly [operator: string]: string } = {
    In: `${key} in (${values})`,
    NotIn: `${key} notin (${values})`,
    Exists: key,
    DoesNotExist: `!${key}`,
  };
  return { key, text: texts[textAt(expression, "operator")] ?? key };
}

function joined(selector: unknown): string {
  const labels = Object.entries(fieldsAt(selector, "matchLabels"));
  const equal = labels.map(([key, value]) => ({ key, text: `${key}=${String(value)}` }));
  const expressions = listAt(selector, "matchExpressions").map(requirement);
  const all = [...equal, ...expressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return all.map(({ text }) => text).join(",");
}

/** A label selector as one line: `<none>` selects everything, null nothing. */
export function formatSelector(selector: unknown): string {
  if (!isFields(selector)) return "<none>";
  return joined(selector) || "<none>";
}

/** A Deployment prints its selector without a word for the empty one. */
export function selectorText(object: unknown): string {
  return joined(at(object, "spec", "selector"));
}
