import { structuralSchema } from "./schema.ts";
import { fieldSchema } from "./structural.ts";
import type { Schema } from "./structural-schema.ts";

/**
 * A sentence for each field of an ApplicationSet that pruning dropped, with the field that was meant where one is near:
 * `unknown field spec.generators[0].cluster is ignored: did you mean clusters?`. `dropped` is what `prune` returned; another
 * kind's schema may be given.
 */
export function unknownFieldWarnings(
  dropped: readonly string[],
  schema: Schema = structuralSchema("ApplicationSet"),
): readonly string[] {
  return dropped.map((path) => {
    const { name, siblings } = placeOf(path, schema);
    const near = siblings.find((sibling) => isNear(name, sibling));
    return `unknown field ${path} is ignored${near === undefined ? "" : `: did you mean ${near}?`}`;
  });
}

/**
 * Paths of the entries in a set's `spec.generators`, at every level, that hold no generator: nothing is generated from
 * them, and Argo CD does not say so. To be asked after pruning.
 */
export function emptyGenerators(set: unknown): readonly string[] {
  const generators = at(at(set, "spec"), "generators");
  return Array.isArray(generators) ? emptyEntries(generators, "spec.generators") : [];
}

function emptyEntries(entries: readonly unknown[], path: string): string[] {
  return entries.flatMap((entry, index) => {
    const place = `${path}[${index}]`;
    if (typeof entry !== "object" || entry === null) return [];
    const kinds = Object.keys(entry).filter((key) => key !== "selector" && at(entry, key) !== undefined);
    if (kinds.length === 0) return [place];
    return kinds.flatMap((kind) => {
      const children = at(at(entry, kind), "generators");
      return Array.isArray(children) ? emptyEntries(children, `${place}.${kind}.generators`) : [];
    });
  });
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as { readonly [key: string]: unknown })[key];
}

interface Place {
  readonly name: string;
  readonly siblings: readonly string[];
}

/** Follows a path through the schema to the map that lacks its last part. */
function placeOf(path: string, schema: Schema): Place {
  let node: Schema | undefined = schema;
  let rest = path;
  for (;;) {
    const index: RegExpExecArray | null = /^\[\d+\]\.?/.exec(rest);
    const step: string | undefined = index?.[0] ?? nextKey(rest, node);
    if (step === undefined || node === undefined) return { name: rest, siblings: Object.keys(node?.properties ?? {}) };
    node = index === null ? fieldSchema(node, step.replace(/\.$/, "")) : node.items;
    rest = rest.slice(step.length);
  }
}

/** The key that the path goes on with, with its dot; undefined at its end or where the schema knows no such key. */
function nextKey(path: string, node: Schema | undefined): string | undefined {
  const key = /^[^.[]+/.exec(path)?.[0] ?? "";
  const next = path[key.length];
  if (next === undefined || node === undefined || fieldSchema(node, key) === undefined) return undefined;
  return next === "." ? `${key}.` : key;
}

/** Apart from case the names differ only in one place, by two letters at most. */
function isNear(name: string, other: string): boolean {
  const [a, b] = [name.toLowerCase(), other.toLowerCase()];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const changed = Math.max(a.length, b.length) - start - end;
  return changed <= 2 && changed < Math.min(a.length, b.length);
}
