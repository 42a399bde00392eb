import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PatchStrategy,
  VersionApi,
} from "@kubernetes/client-node";
import { parseYaml } from "../../src/base/yaml.ts";
import { widgetCrd } from "../apiserver/kubectl/manifests.ts";
import { until } from "../support/clock.ts";
import { configMap, type Session } from "./node-session.ts";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const deployment = (namespace: string) => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "registry.example/web:1" }] },
    },
  },
});

/** Every kind through one API: it finds the path of a kind by discovery. */
export async function objectCalls({ config, namespace, step }: Session): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  const settings = configMap("settings", { mode: "fast", level: "3" }, { labels: { app: "web" } });
  const header = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace } };
  const patch = (body: object, type: PatchStrategy, manager?: string, force?: boolean, dryRun?: string) =>
    api.patch({ ...header, ...body }, undefined, dryRun, manager, force, type);

  await step("create a namespace", () =>
    api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }),
  );
  await step("create", () => api.create(settings));
  await step("create again", () => api.create(settings));
  await step("create dry", () => api.create(configMap("dry", {}), undefined, "All"));
  await step("create a Deployment", () => api.create(deployment(namespace), undefined, undefined, "node"));
  await step("create of no kind", () =>
    api.create({ apiVersion: "nothing.example/v1", kind: "Nothing", metadata: {} }),
  );
  await step("create an invalid one", () => api.create(configMap("Bad_Name", {})));
  await step("read", () => api.read(header));
  await step("read nothing", () => api.read({ ...header, metadata: { name: "nothing", namespace } }));

  await step("merge", () => patch({ data: { level: null, size: "1" } }, PatchStrategy.MergePatch));
  await step("merge by strategy", () =>
    patch({ data: { size: null, color: "red" } }, PatchStrategy.StrategicMergePatch),
  );
  await step("operations, which the client sends as an object", () => {
    const operations = [{ op: "replace", path: "/data/color", value: "blue" }];
    return api.patch(
      Object.assign(operations, header) as never,
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.JsonPatch,
    );
  });
  const apply = (data: object, manager: string, force?: boolean, dryRun?: string) =>
    patch({ data }, PatchStrategy.ServerSideApply, manager, force, dryRun);
  await step("apply", () => apply({ mode: "fast", more: "x" }, "one"));
  await step("apply a conflict", () => apply({ mode: "slow" }, "two"));
  await step("apply with force", () => apply({ mode: "slow" }, "two", true));
  await step("apply less", () => apply({}, "one"));
  await step("apply without a manager", () => patch({ data: {} }, PatchStrategy.ServerSideApply));
  await step("apply dry", () => apply({ dry: "yes" }, "one", undefined, "All"));

  await step("replace", () => api.replace(configMap("settings", { all: "new" })));
  await step("replace a stale one", () => api.replace(configMap("settings", {}, { resourceVersion: "1" })));
  for (const name of ["a", "b", "c"]) await api.create(configMap(name, {}, { labels: { listed: "yes" } }));
  const list = (limit?: number, token?: string, fields?: string) =>
    api.list("v1", "ConfigMap", namespace, undefined, undefined, undefined, fields, "listed=yes", limit, token);
  await step("list by label", () => list());
  await step("list by field", () => list(undefined, undefined, "metadata.name=b"));
  await step("list in pages", async () => {
    const first = await list(2);
    const second = await list(2, first.metadata?._continue);
    return [first, second].map(({ items, metadata }) => [items.length, metadata?._continue === undefined]);
  });
  await step("list with a token that is none", () => list(2, "nonsense"));

  const remove = (name: string, policy?: string, body?: object) =>
    api.delete(configMap(name, {}), undefined, undefined, undefined, undefined, policy, body);
  await step("delete", () => remove("a"));
  await step("delete again", () => remove("a"));
  await step("delete with a precondition", () => remove("b", undefined, { preconditions: { uid: "another" } }));
  for (const policy of ["Background", "Foreground", "Orphan"]) {
    await api.create(configMap("owner", {}));
    await step(`delete: ${policy}`, () => remove("owner", policy));
    await until(
      () =>
        api.read({ ...header, metadata: { name: "owner", namespace } }).then(
          () => false,
          () => true,
        ),
      "the owner is gone",
    );
  }
}

/** The typed APIs, which turn times into dates and keys into other words. */
export async function typedCalls({ config, namespace, step }: Session): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  await step("version", async () => {
    const { major, minor } = await config.makeApiClient(VersionApi).getCode();
    return { major, minor };
  });
  await step("typed list", async () => {
    const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector: "listed" });
    return items.map(({ metadata }) => [metadata?.name, metadata?.creationTimestamp instanceof Date]);
  });
  await step("typed Secret", () =>
    core.createNamespacedSecret({ namespace, body: { metadata: { name: "login" }, stringData: { user: "bob" } } }),
  );
  await step("typed refusal", () => core.readNamespacedSecret({ namespace, name: "nothing" }));
  await step("typed patch", () =>
    apps.patchNamespacedDeployment({ namespace, name: "web", body: [{ op: "add", path: "/spec/replicas", value: 2 }] }),
  );
  await step("scale", () => apps.readNamespacedDeploymentScale({ namespace, name: "web" }));
  await step("status", () =>
    apps.patchNamespacedDeploymentStatus({
      ...{ namespace, name: "web" },
      body: [{ op: "add", path: "/status/replicas", value: 2 }],
    }),
  );
  await step("collection", () => core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: "listed" }));
}

/** Kinds that the client has no type for. */
export async function customCalls({ config, namespace, api, step }: Session): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const custom = config.makeApiClient(CustomObjectsApi);
  const crd = parseYaml(widgetCrd.replaceAll("acme.example", "node.example"));
  const kind = { group: "node.example", version: "v1", namespace, plural: "widgets" };
  // The client's own type of a CRD drops what begins with `x-`.
  await api.send("POST", crds, { body: crd });
  await until(
    () =>
      custom.listNamespacedCustomObject(kind).then(
        () => true,
        () => false,
      ),
    "widgets are served",
  );
  const widget = (spec: object) => ({ apiVersion: "node.example/v1", kind: "Widget", metadata: { name: "one" }, spec });
  await step("custom", () => custom.createNamespacedCustomObject({ ...kind, body: widget({ size: 5, odd: 1 }) }));
  await step("invalid custom", () => custom.createNamespacedCustomObject({ ...kind, body: widget({ size: 500 }) }));
  await step("custom patch", () => {
    const body = [{ op: "replace", path: "/spec/size", value: 6 }];
    return custom.patchNamespacedCustomObject({ ...kind, name: "one", body });
  });
  await step("custom status", () => custom.getNamespacedCustomObjectStatus({ ...kind, name: "one" }));
  await step("custom list", () => custom.listNamespacedCustomObject(kind));
  await step("custom by its kind", () => objects.read({ ...widget({}), metadata: { name: "one", namespace } }));
  await step("custom delete", () => custom.deleteNamespacedCustomObject({ ...kind, name: "one" }));
  await api.send("DELETE", `${crds}/widgets.node.example`);
}
