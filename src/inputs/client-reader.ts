import type { KubeClient } from "../kube/client.ts";
import { KubeError } from "../kube/errors.ts";
import { listAll } from "../kube/list.ts";
import type { KubeObject, ResourceType } from "../kube/objects.ts";
import type { HubReader } from "./hub.ts";

/** Reads from the hub's API, each distinct thing once: for a command that looks at the hub as it is now and ends. */
export function clientReader(client: KubeClient, signal?: AbortSignal): HubReader {
  const kept = new Map<string, Promise<unknown>>();
  const once = <T>(key: readonly unknown[], read: () => Promise<T>): Promise<T> => {
    const id = JSON.stringify(key);
    const known = kept.get(id) ?? read();
    kept.set(id, known);
    return known as Promise<T>;
  };
  const call = signal === undefined ? {} : { signal };
  return {
    list: (type, namespace, selector = {}) =>
      once([type, namespace, selector], async () => {
        const query = {
          ...call,
          ...(selector.label === undefined ? {} : { labelSelector: selector.label }),
          ...(selector.name === undefined ? {} : { fieldSelector: nameSelector(selector.name) }),
        };
        const { items, resourceVersion } = await listAll(client, { ...type, namespace }, query);
        return { items: items.sort(byName), version: resourceVersion };
      }),
    get: (type, namespace, name) => once([type, namespace, name], () => find(client, { type, namespace, name }, call)),
  };
}

/** A comma or an equals sign in a name must not become another condition. */
function nameSelector(name: string): string {
  return `metadata.name=${name.replace(/[\\,=]/g, "\\$&")}`;
}

async function find(
  client: KubeClient,
  { type, namespace, name }: { type: ResourceType; namespace: string; name: string },
  call: { readonly signal?: AbortSignal },
): Promise<KubeObject | undefined> {
  try {
    return await client.get({ ...type, namespace, name }, call);
  } catch (error: unknown) {
    if (error instanceof KubeError && error.reason === "NotFound") return undefined;
    throw error;
  }
}

function byName(a: KubeObject, b: KubeObject): number {
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}
