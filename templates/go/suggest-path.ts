import { nearest } from "../../src/base/near-name.ts";
import { isGoMap } from "./go-types.ts";
import type { GoValue } from "./values.ts";

/** What is known of a field chain whose key is not there. */
export interface MissingPath {
  /** The chain as it is written: `.a.b`, `$x.a.b`, `(f).a`. */
  readonly source: string;
  readonly path: readonly string[];
  /** The place in the path that has no entry. */
  readonly index: number;
  /** The map that was asked. */
  readonly receiver: GoValue;
  /** All parameters. */
  readonly root: GoValue;
}

/** Bounds of the search for the key elsewhere in the parameters. */
const maxVisited = 2_000;
const maxDepth = 5;

/** The remedy for a missing key: a near name in the same map, or the same name elsewhere in the parameters. */
export function suggestPath(missing: MissingPath): string {
  const found = nearPath(missing) ?? elsewhere(missing);
  if (found !== undefined) return `did you mean ${found}?`;
  return "use index or dig where the key may be missing";
}

function nearPath({ source, path, index, receiver }: MissingPath): string | undefined {
  const map = isGoMap(receiver) ? receiver : {};
  const name = path[index] as string;
  const near = nearest(name, Object.keys(map));
  if (near === undefined) return undefined;
  const rest = path.slice(index + 1);
  // Without the fields from the missing one on, the source is what stands before it.
  const tail = path.slice(index).reduce((length, field) => length + field.length + 1, 0);
  return writePath(source.slice(0, source.length - tail), [near, ...rest]);
}

/** A path as a template writes it, with index where a name is no identifier. */
function writePath(base: string, path: readonly string[]): string {
  if (path.every(isIdentifier)) return `${base}.${path.join(".")}`;
  const odd = path.findIndex((name) => !isIdentifier(name));
  const before = odd === 0 ? base || "." : `${base}.${path.slice(0, odd).join(".")}`;
  return `index ${before} ${path
    .slice(odd)
    .map((name) => JSON.stringify(name))
    .join(" ")}`;
}

function isIdentifier(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name);
}

/** The path under which the missing name, with what follows it, exists: breadth first, keys in their order. */
function elsewhere({ path, index, root }: MissingPath): string | undefined {
  const wanted = path.slice(index);
  let level: { readonly map: GoValue; readonly path: readonly string[] }[] = [{ map: root, path: [] }];
  let visited = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const entry of level) {
      if (!isGoMap(entry.map)) continue;
      if (entry.path.length > 0 && holds(entry.map, wanted)) return writePath("", [...entry.path, ...wanted]);
      for (const [key, value] of Object.entries(entry.map)) {
        if (++visited > maxVisited) return undefined;
        next.push({ map: value, path: [...entry.path, key] });
      }
    }
    level = next;
  }
  return undefined;
}

function holds(map: GoValue, path: readonly string[]): boolean {
  let value = map;
  for (const name of path) {
    if (!isGoMap(value) || !Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return true;
}
