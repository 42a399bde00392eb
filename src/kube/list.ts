import type { KubeClient, ListOptions } from "./client.ts";
import { isExpired } from "./errors.ts";
import type { KubeList, KubeObject, ResourceRef } from "./objects.ts";

export interface ListAllOptions<T extends KubeObject> extends Omit<ListOptions, "continue"> {
  /** Called for each object as its page arrives, so that no page is held as it came. */
  readonly transform?: (object: T) => T;
}

const maxRestarts = 3;

/**
 * A whole collection, page by page. All pages are of one version of the collection; when the server has forgotten that
 * version in the meantime, reading starts again from the first page, so that the result is always complete.
 */
export async function listAll<T extends KubeObject = KubeObject>(
  client: KubeClient,
  ref: ResourceRef,
  options: ListAllOptions<T> = {},
): Promise<KubeList<T>> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await readPages<T>(client, ref, options);
    } catch (error: unknown) {
      if (!isExpired(error) || restarts >= maxRestarts) throw error;
    }
  }
}

async function readPages<T extends KubeObject>(
  client: KubeClient,
  ref: ResourceRef,
  options: ListAllOptions<T>,
): Promise<KubeList<T>> {
  const { transform = (object: T) => object, ...query } = options;
  const items: T[] = [];
  let page = await client.list<T>(ref, query);
  for (;;) {
    for (const item of page.items) items.push(transform(item));
    if (page.continue === undefined) return { items, resourceVersion: page.resourceVersion };
    // A continue token holds the version already; both together are refused.
    const { resourceVersion: _first, resourceVersionMatch: _match, ...next } = query;
    page = await client.list<T>(ref, { ...next, continue: page.continue });
  }
}
