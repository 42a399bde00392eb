import type { Application } from "../../crds/application.ts";
import type { Value } from "../base/values.ts";
import { normalizeSpec } from "./normalize.ts";

/** One field that differs. `before` or `after` is absent when the field is added or removed. */
export interface FieldChange {
  /** As the Kubernetes API writes paths: `spec.source.helm.parameters[0].value`. */
  readonly path: string;
  readonly before?: Value;
  readonly after?: Value;
}

/** The differences in what a set owns of an Application: labels, annotations, finalizers, owner, operation and spec. */
export function diffApplications(live: Application, desired: Application): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  diffValue(view(live), view(desired), "", changes);
  return changes;
}

// An absent map or list and an empty one are the same to Argo CD.
function view(app: Application): Value {
  const { labels, annotations, finalizers, ownerReferences } = app.metadata;
  const metadata = { labels, annotations, finalizers, ownerReferences: owners(ownerReferences) };
  return dropEmpty({ metadata: dropEmpty(metadata), spec: normalizeSpec(app.spec) }) as Value;
}

function owners(references: Application["metadata"]["ownerReferences"]): unknown {
  return references?.map(({ kind, name, uid }) => ({ kind, name, uid }));
}

function dropEmpty(map: { readonly [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function diffValue(before: Value | undefined, after: Value | undefined, path: string, into: FieldChange[]): void {
  if (Object.is(before, after) || sameScalar(before, after) || (isEmpty(before) && isEmpty(after))) return;
  if (Array.isArray(before) && Array.isArray(after)) diffLists(before, after, path, into);
  else if (isPlainMap(before) && isPlainMap(after)) diffMaps(before, after, path, into);
  else into.push({ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) });
}

// An integer may come as a number on one side and as a bigint on the other.
function sameScalar(before: Value | undefined, after: Value | undefined): boolean {
  const numeric = (value: unknown) => typeof value === "bigint" || typeof value === "number";
  // biome-ignore lint/suspicious/noDoubleEquals: compares a number with a bigint by value
  return numeric(before) && numeric(after) && before == after;
}

function isPlainMap(value: unknown): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Map = { readonly [key: string]: Value };

function diffMaps(before: Map, after: Map, path: string, into: FieldChange[]): void {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  for (const key of keys) {
    const left = Object.hasOwn(before, key) ? before[key] : undefined;
    const right = Object.hasOwn(after, key) ? after[key] : undefined;
    diffValue(left, right, join(path, key), into);
  }
}

function diffLists(before: readonly Value[], after: readonly Value[], path: string, into: FieldChange[]): void {
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    diffValue(before[index], after[index], `${path}[${index}]`, into);
  }
}

function join(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
