import { isMap, own, type Value } from "../base/values.ts";
import type { KubeObject } from "../kube/objects.ts";

/** What API servers note of our writes: the beginning of the user agent. */
const ourManager = "fleetset";

/**
 * Whether fleetset's sync engine has carried the Application out: only it writes the status, and the API server keeps who
 * did. False for an object that was read without its managedFields.
 */
export function isCarriedOut({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some((entry) => {
    if (!isMap(entry as Value)) return false;
    const { manager, fieldsV1 } = entry as { readonly manager?: unknown; readonly fieldsV1?: Value };
    return (
      manager === ourManager && fieldsV1 !== undefined && isMap(fieldsV1) && own(fieldsV1, "f:status") !== undefined
    );
  });
}
