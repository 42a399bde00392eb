import type { Application } from "../../crds/application.ts";
import { ValidationError } from "../base/errors.ts";

/** One entry of `spec.ignoreApplicationDifferences`. */
export interface IgnoreRule {
  readonly name?: string | undefined;
  readonly jsonPointers?: readonly string[] | undefined;
  readonly jqPathExpressions?: readonly string[] | undefined;
}

// Argo CD never ignores these, whatever the rules say.
const identity = ["/metadata/name", "/metadata/namespace", "/apiVersion", "/kind", "/operation"];

/**
 * Puts back into `merged` what the rules leave to the live object. A pointer into a list takes effect only when the list is
 * otherwise equal in length, since a list is written whole.
 */
export function keepIgnored(merged: Application, live: Application, rules: readonly IgnoreRule[]): Application {
  rules.forEach(refuseJq);
  const pointers = rules
    .filter((rule) => !rule.name || rule.name === merged.metadata.name)
    .flatMap((rule) => rule.jsonPointers ?? [])
    .filter((pointer) => !identity.some((path) => pointer === path || pointer.startsWith(`${path}/`)));
  if (pointers.length === 0) return merged;
  const copy = structuredClone(merged);
  for (const pointer of pointers) copyAt(copy, live, parsePointer(pointer));
  return copy;
}

function refuseJq(rule: IgnoreRule): void {
  if ((rule.jqPathExpressions ?? []).length === 0) return;
  throw new ValidationError("spec.ignoreApplicationDifferences[].jqPathExpressions cannot be evaluated", {
    details: { field: "spec.ignoreApplicationDifferences", remedy: "write the paths as jsonPointers" },
  });
}

function parsePointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

type Node = { [key: string]: unknown };

function copyAt(target: unknown, source: unknown, path: readonly string[]): void {
  const [key, ...rest] = path;
  if (key === undefined || !isNode(target)) return;
  const from = isNode(source) && Object.hasOwn(source, key) ? source[key] : undefined;
  if (rest.length > 0) {
    if (!Object.hasOwn(target, key) && isNode(from) && !Array.isArray(from)) define(target, key, {});
    copyAt(Object.hasOwn(target, key) ? target[key] : undefined, from, rest);
    return;
  }
  if (from !== undefined) define(target, key, structuredClone(from));
  else if (!Array.isArray(target)) delete target[key];
}

// A pointer comes from a manifest: `__proto__` must become an ordinary key.
function define(target: Node, key: string, value: unknown): void {
  if (Array.isArray(target) && !(Number(key) < target.length)) return;
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}
