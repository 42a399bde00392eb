import { withMetadata } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";

/** Owner references that name an owner twice are reduced to the first; the client is warned. */
export function withUniqueOwners(object: KubeObject, warn: (text: string) => void): KubeObject {
  const owners = object.metadata?.ownerReferences;
  if (owners === undefined || owners.length < 2) return object;
  const unique = owners.filter((owner, index) => owners.findIndex(({ uid }) => uid === owner.uid) === index);
  if (unique.length === owners.length) return object;
  const repeated = new Set(owners.filter((owner) => !unique.includes(owner)).map(({ uid }) => uid));
  warn(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...repeated].join(", ")}`,
  );
  return withMetadata(object, { ownerReferences: unique });
}
