import { parseSelectorText } from "../base/selectors.ts";
import { clientReader } from "../inputs/client-reader.ts";
import { clusterSecretLabel } from "../inputs/cluster-facts.ts";
import type { HubReader } from "../inputs/hub.ts";
import type { KubeObject, ResourceType } from "../kube/objects.ts";
import { keyFor } from "../kube/objects.ts";
import type { HubView } from "./hub-view.ts";

/**
 * Reads clusters and projects from the copies that watches keep, and what is asked for seldom from the hub's API. One
 * reader serves one reconcile, so that what it reads twice is the same.
 */
export function viewReader(view: HubView, signal?: AbortSignal): HubReader {
  const direct = clientReader(view.client, signal);
  return {
    async list(type, namespace, selector = {}) {
      const isClusters = type.plural === "secrets" && selector.label === `${clusterSecretLabel}=cluster`;
      if (!isClusters || namespace !== view.namespace) return direct.list(type, namespace, selector);
      const matches = parseSelectorText(selector.label ?? "");
      const items = [...view.clusterSecrets.store.values()].filter(({ metadata }) =>
        matches.matches(metadata.labels ?? {}),
      );
      return { items: items.sort(byName), version: "" };
    },
    async get(type: ResourceType, namespace, name) {
      if (type.plural !== "appprojects" || namespace !== view.namespace) return direct.get(type, namespace, name);
      return view.projects.store.get(keyFor(namespace, name));
    },
  };
}

function byName(a: KubeObject, b: KubeObject): number {
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}
