import { randomInt, randomUUID } from "node:crypto";
import type { KubeObject, ObjectMeta, ResourceDefinition } from "../resources.ts";
import { badRequest } from "../status-error.ts";

/** Replaces metadata; entries that are undefined go. */
export function withMetadata(object: KubeObject, changes: { readonly [field: string]: unknown }): KubeObject {
  const metadata: { [field: string]: unknown } = { ...object.metadata, ...changes };
  for (const [field, value] of Object.entries(changes)) if (value === undefined) delete metadata[field];
  return { ...object, metadata: metadata as ObjectMeta };
}

/** What a client may not choose for a new object. */
export function withoutSystemFields(object: KubeObject): KubeObject {
  return withMetadata(object, {
    uid: undefined,
    creationTimestamp: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
  });
}

export function withNewIdentity(object: KubeObject, now: string): KubeObject {
  return withMetadata(object, { uid: randomUUID(), creationTimestamp: now });
}

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const maxGeneratedBase = 58;

/** A name with five random characters after its base, as generateName asks. */
export function generatedName(base: string): string {
  const suffix = Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
  return base.slice(0, maxGeneratedBase) + suffix;
}

/** The object in the namespace of the request; another one is refused, and cluster-wide kinds lose theirs. */
export function inRequestNamespace(object: KubeObject, definition: ResourceDefinition, namespace: string): KubeObject {
  const wanted = definition.namespaced ? namespace : "";
  const own = object.metadata?.namespace ?? "";
  if (own === wanted) return object;
  if (own === "") return withMetadata(object, { namespace: wanted });
  if (wanted === "") return withMetadata(object, { namespace: undefined });
  throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

export function checkRequestName(object: KubeObject, name: string): void {
  const own = object.metadata?.name ?? "";
  if (own === name) return;
  if (own === "") {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
}

/** RFC 3339 to the second, as metadata holds times. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
