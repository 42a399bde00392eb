#!/usr/bin/env node
// Writes the benchmark fleet: DIR/appset.yaml and DIR/inventory/clusters.yaml for CLUSTERS x APPS Applications.
// The same input that Argo CD's own code was timed on.   make-fleet.mjs CLUSTERS APPS go|flat|handlebars DIR
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [clusters, apps, mode, dir] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const pad = (n, width) => String(n).padStart(width, "0");
const envs = ["prod", "stage", "dev"];
const regions = ["eu-west-1", "eu-north-1", "us-east-1", "ap-south-1"];

const elements = Array.from(
  { length: Number(apps) },
  (_, i) =>
    `          - { app: service-${pad(i, 3)}, namespace: ns-${pad(i, 3)}, team: team-${i % 7}, version: 1.${i % 20}.${i % 3}, wave: "${i % 5}" }`,
);
const appset = readFileSync(join(here, `appset-${mode}.yaml`), "utf8").replace(
  /elements: \[\].*/,
  `elements:\n${elements.join("\n")}`,
);

const secrets = Array.from(
  { length: Number(clusters) },
  (_, i) => `apiVersion: v1
kind: Secret
metadata:
  name: cluster-${pad(i, 5)}
  namespace: argocd
  annotations: { contact: ops@example.com, cost-center: cc-${i % 23}, owner: group-${i % 11} }
  labels:
    argocd.argoproj.io/secret-type: cluster
    env: ${envs[i % 3]}
    fleet: member
    provider: cloud
    region: ${regions[i % 4]}
    ring: ring-${i % 10}
    size: "${i % 9}"
stringData:
  config: '{"bearerToken":"none","tlsClientConfig":{"insecure":false}}'
  name: Cluster_${pad(i, 5)}.${regions[i % 4]}
  server: https://c${pad(i, 5)}.example.com:6443
`,
);

mkdirSync(join(dir, "inventory"), { recursive: true });
writeFileSync(join(dir, "appset.yaml"), appset);
writeFileSync(join(dir, "inventory", "clusters.yaml"), secrets.join("---\n"));
