import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical.ts";
import type { Change } from "./plan.ts";

/** One thing that was read, at the version that was used. Holds no credential. */
export interface InputVersion {
  readonly id: string;
  readonly version: string;
}

export interface DigestInputs {
  readonly spec: unknown;
  readonly inputs: readonly InputVersion[];
  readonly engineVersion: string;
  readonly changes: readonly Change[];
}

/**
 * A digest over the spec, the inputs read, the version of fleetset and the result: `sha256:` and 64 hexadecimal digits.
 * Two plans with the same digest write the same objects over the same live ones.
 */
export function planDigest({ spec, inputs, engineVersion, changes }: DigestInputs): string {
  const hash = createHash("sha256");
  const read = inputs.map(({ id, version }) => ({ id, version })).sort((a, b) => compare(a.id, b.id));
  hash.update(canonicalJson({ engineVersion, spec, inputs: read }));
  for (const change of changes) if (change.action !== "none") hash.update(`\n${changeText(change)}`);
  return `sha256:${hash.digest("hex")}`;
}

/**
 * The changes that were not agreed to: another Application, another action on it, or other contents, which `byName` leaves
 * out of account. One that was agreed to and is not there any more was done by somebody else meanwhile, which is no news.
 */
export function changesBeyond(now: readonly Change[], agreed: readonly Change[], byName = false): readonly Change[] {
  const textOf = byName ? ({ action, namespace, name }: Change) => `${action} ${namespace}/${name}` : changeText;
  const known = new Set(agreed.map(textOf));
  return now.filter((change) => change.action !== "none" && !known.has(textOf(change)));
}

function changeText({ action, namespace, name, desired, fields }: Change): string {
  const content =
    action === "create" ? withoutOwner(desired) : fields.filter(({ path }) => !path.startsWith(ownerPath));
  return canonicalJson([action, namespace, name, content ?? null]);
}

// Who owns an Application follows from the set alone, and a set that is written together with its plan has no uid yet.
const ownerPath = "metadata.ownerReferences";

function withoutOwner(app: Change["desired"]): unknown {
  if (app === undefined) return null;
  const { ownerReferences: _owner, ...metadata } = app.metadata;
  return { ...app, metadata };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
