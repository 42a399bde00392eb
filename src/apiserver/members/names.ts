import { createHash } from "node:crypto";

/** Letters and digits that spell no words and look unlike each other, as Kubernetes picks them for generated names. */
const letters = "bcdfghjklmnpqrstvwxz2456789";

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** Some letters that belong to a key: the same ones in every run. */
export function suffixOf(key: string, length: number): string {
  return [...digest(key).subarray(0, length)].map((byte) => letters[byte % letters.length]).join("");
}

/** A number below `count` that belongs to a key. */
export function numberOf(key: string, count: number): number {
  return digest(key).readUInt32BE(0) % count;
}

/** An address of a pod network that no machine has. */
export function podAddress(key: string): string {
  const host = 2 + numberOf(key, 65_000);
  return `10.244.${host >> 8}.${host & 255}`;
}

const testNetworks = ["192.0.2", "198.51.100", "203.0.113"];

/** An address of the networks that are kept for documentation: it never leads anywhere. */
export function balancerAddress(key: string): string {
  const host = numberOf(key, testNetworks.length * 254);
  return `${testNetworks[Math.floor(host / 254)]}.${1 + (host % 254)}`;
}
