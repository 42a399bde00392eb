import { createHash } from "node:crypto";
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
  hash.update(canonical({ engineVersion, spec, inputs: [...inputs].sort((a, b) => compare(a.id, b.id)) }));
  for (const { action, namespace, name, desired, fields } of changes) {
    if (action === "none") continue;
    const content = action === "create" ? desired : fields;
    hash.update(`\n${canonical([action, namespace, name, content ?? null])}`);
  }
  return `sha256:${hash.digest("hex")}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonical(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value as { [key: string]: unknown }).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => compare(a, b));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(",")}}`;
}
