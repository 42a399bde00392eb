import {
  CoreV1Api,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1ConfigMap,
  Watch,
} from "@kubernetes/client-node";
import { until } from "../support/clock.ts";
import { configMap, Diary, type Session } from "./node-session.ts";

/** Makes (+), changes (~) and deletes (-) ConfigMaps. */
async function change({ config, namespace }: Session, ...changes: readonly string[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const one of changes) {
    const object = configMap(one.slice(1), {}, { labels: { state: "new" } });
    const changed = { ...object, metadata: { name: one.slice(1), namespace, labels: { state: "changed" } } };
    if (one.startsWith("+")) await api.create(object);
    else if (one.startsWith("-")) await api.delete(object);
    else await api.patch(changed, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
  }
}

function shown({ metadata }: V1ConfigMap): string {
  return `${metadata?.name}=${metadata?.labels?.state}`;
}

/** Watches by hand: what comes, how a watch ends, and how one is refused. */
export async function watchStories(session: Session): Promise<void> {
  const { config, namespace, step } = session;
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const list = await config.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace });
  const resourceVersion = list.metadata?.resourceVersion ?? "";
  const diary = new Diary();
  const watch = (query: { readonly [name: string]: string | number | boolean }) =>
    new Watch(config).watch(
      path,
      query,
      (type, object) => {
        // Another bookmark may come before the end.
        if (type !== "BOOKMARK") diary.note(`${type} ${shown(object)}`);
        else if (object.metadata.annotations !== undefined)
          diary.note(`BOOKMARK ${Object.keys(object.metadata.annotations)}`);
      },
      (error) => diary.note(`end: ${error === null ? "by the server" : `${error.statusCode ?? ""} ${error.name}`}`),
    );
  const open = await watch({ resourceVersion, labelSelector: "state" });
  await change(session, "+w", "~w", "-w");
  await step("watch by label", () => diary.take(3));
  open.abort();
  await step("watch ended by the client", () => diary.take(1));
  await watch({ resourceVersion, labelSelector: "state", timeoutSeconds: 1 });
  await step("watch of the past, which the server ends", () => diary.take(4));
  await watch({ resourceVersion: "nonsense" });
  await step("watch from nonsense", () => diary.take(1));
  const initial = { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: true };
  await change(session, "+w");
  await watch({ ...initial, labelSelector: "state", timeoutSeconds: 1 });
  await step("watch with what there is", () => diary.take(3));
  await change(session, "-w");
}

/** An informer that loses its server for a while and is started again, as its documentation says. */
export async function informerStories(session: Session): Promise<void> {
  const { guarded, door, namespace, step } = session;
  const api = guarded.makeApiClient(CoreV1Api);
  const labelSelector = "state";
  const list = () => api.listNamespacedConfigMap({ namespace, labelSelector });
  const informer = makeInformer(guarded, `/api/v1/namespaces/${namespace}/configmaps`, list, labelSelector);
  const diary = new Diary();
  for (const type of ["add", "update", "delete"] as const)
    informer.on(type as "add", (object) => diary.note(`${type} ${shown(object)}`));
  let failures = 0;
  informer.on("error", () => void failures++);

  await change(session, "+a", "+b");
  await informer.start();
  await step("informer: what there is", () => diary.take(2));
  await change(session, "+c", "~a", "-b");
  await step("informer: what changes", () => diary.take(3));
  await door.shut();
  await until(() => failures > 0, "the informer has noticed");
  await change(session, "+d", "~c", "-a");
  await door.open();
  await informer.start();
  await step("informer: what changed meanwhile", async () => (await diary.take(3)).sort());
  await step("informer: its copy", () => informer.list(namespace).map(shown).sort());
  await change(session, "~d");
  await step("informer: what changes then", () => diary.take(1));
  await informer.stop();
  await change(session, "-c", "-d");
}
