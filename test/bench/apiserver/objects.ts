import type { Call } from "./client.ts";

/** Three kinds in turn: one with hardly any schema, a built-in one with a deep schema, and one of a CRD. */
type Kind = "configmaps" | "deployments" | "applications";
const kinds: readonly Kind[] = ["configmaps", "deployments", "applications"];

const roots: Readonly<Record<Kind, string>> = {
  configmaps: "/api/v1",
  deployments: "/apis/apps/v1",
  applications: "/apis/argoproj.io/v1alpha1",
};

const settings = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`settings-${index}.properties`, `first=${index}\nsecond=value of two\n`]),
);

const labels = { "app.kubernetes.io/name": "shop", "app.kubernetes.io/part-of": "bench", tier: "backend" };

export function configMap(name: string, data: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data: { ...settings, ...data } };
}

function deployment(name: string): object {
  const probe = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10 };
  const container = {
    ...{ name: "app", image: "registry.example.com/shop:1.2.3", ports: [{ name: "http", containerPort: 8080 }] },
    env: Array.from({ length: 6 }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` })),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    ...{ readinessProbe: probe, livenessProbe: probe },
    volumeMounts: [{ name: "config", mountPath: "/etc/config" }],
  };
  const volumes = [{ name: "config", configMap: { name: "settings" } }];
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container], volumes } };
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, labels } },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template },
  };
}

function application(name: string): object {
  const values = { replicaCount: 2, image: { tag: "1.2.3" }, ingress: { hosts: ["a.example.com", "b.example.com"] } };
  const source = {
    ...{ repoURL: "https://git.example.com/shop.git", targetRevision: "main", path: "charts/shop" },
    helm: { releaseName: name, valuesObject: values, parameters: [{ name: "region", value: "eu" }] },
  };
  return {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata: { name, labels } },
    spec: {
      ...{ project: "default", source, destination: { server: "https://10.0.0.1", namespace: "shop" } },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["CreateNamespace=true"] },
    },
  };
}

const makers: Readonly<Record<Kind, (name: string) => object>> = {
  configmaps: configMap,
  deployments: deployment,
  applications: application,
};

/** Objects to create, of the three kinds in turn. */
export function creations(namespace: string, prefix: string, count: number): Call[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length]!;
    const body = JSON.stringify(makers[kind](`${prefix}-${index}`));
    return { method: "POST", path: `${roots[kind]}/namespaces/${namespace}/${kind}?fieldManager=bench`, body };
  });
}

/** The same objects by server-side apply. */
export function applies(namespace: string, prefix: string, count: number): Call[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length]!;
    const name = `${prefix}-${index}`;
    const path = `${roots[kind]}/namespaces/${namespace}/${kind}/${name}?fieldManager=bench&force=true`;
    const body = JSON.stringify(makers[kind](name));
    return { method: "PATCH", path, body, contentType: "application/apply-patch+yaml" };
  });
}

export function namespaceCall(name: string): Call {
  const body = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return { method: "POST", path: "/api/v1/namespaces", body };
}
