// Records the roles and bindings that a real cluster has from the start, for `openapi/data/bootstrap-policy.json`.
//   kubectl proxy --port=8001 &  tsx src/apiserver/auth/record-policy.ts http://127.0.0.1:8001
import { writeFileSync } from "node:fs";
import { join } from "node:path";

interface Recorded {
  readonly metadata: { readonly name: string; readonly labels: { readonly [key: string]: string } };
  readonly aggregationRule?: object;
  readonly rules?: readonly object[];
  readonly subjects?: readonly object[];
  readonly roleRef?: { readonly name: string };
}

/** What people and their programs are given; the roles of Kubernetes' own components are for components that are not here. */
const kept = new Set([
  ...["admin", "cluster-admin", "edit", "view"],
  ...["admin", "edit", "view"].map((name) => `system:aggregate-to-${name}`),
  ...["auth-delegator", "basic-user", "discovery", "monitoring", "public-info-viewer"].map((name) => `system:${name}`),
  "system:service-account-issuer-discovery",
]);

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error("usage: record-policy.ts URL");
const { gitVersion } = (await (await fetch(`${server}/version`)).json()) as { gitVersion: string };
const roles = (await listed("clusterroles")).filter(({ metadata }) => kept.has(metadata.name));
const bindings = (await listed("clusterrolebindings")).filter(({ roleRef }) => kept.has(roleRef?.name ?? ""));
const file = join(import.meta.dirname, "../openapi/data/bootstrap-policy.json");
const [roleLines, bindingLines] = [roles.map(roleLine), bindings.map(bindingLine)].map((lines) => lines.join(",\n"));
const head = JSON.stringify({ source: `kube-apiserver ${gitVersion}`, license: "Apache-2.0" }).slice(0, -1);
writeFileSync(file, `${head},"roles":[\n${roleLines}\n],"bindings":[\n${bindingLines}\n]}\n`);

async function listed(plural: string): Promise<readonly Recorded[]> {
  const answer = await fetch(`${server}/apis/rbac.authorization.k8s.io/v1/${plural}`);
  return ((await answer.json()) as { items: readonly Recorded[] }).items;
}

function roleLine({ metadata, aggregationRule, rules }: Recorded): string {
  const { "kubernetes.io/bootstrapping": _, ...labels } = metadata.labels;
  const own = Object.keys(labels).length > 0 && { labels };
  // What an aggregated role holds is gathered anew.
  return JSON.stringify({ name: metadata.name, ...own, ...(aggregationRule ? { aggregationRule } : { rules }) });
}

function bindingLine({ metadata, subjects }: Recorded): string {
  return JSON.stringify({ name: metadata.name, subjects });
}
