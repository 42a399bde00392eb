import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { Ports } from "../../generators/ports.ts";
import { stringMap } from "../../src/base/values.ts";
import { makeRepository } from "../../src/cli/demo/repository.ts";
import { GitCache } from "../../src/git/cache.ts";
import { inventoryPorts } from "../../src/inputs/directory.ts";
import { gitPort } from "../../src/inputs/git-source.ts";
import { generate } from "../../src/render/generate.ts";
import type { Bench } from "./figure.ts";

const clusters = 1_000;
const url = "https://git.example.com/fleet.git";
const names = Array.from({ length: clusters }, (_, index) => `cluster-${String(index).padStart(4, "0")}`);

/** A matrix of clusters × git files, a file of its own for each cluster, from a repository on this machine. */
export const gitFiles: Bench = {
  name: "git-files",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "fleetset-git-files-"));
    const repository = await makeRepository(join(folder, "fleet"));
    const file = (name: string, tier: string) => ({
      [`clusters/${name}/config.json`]: JSON.stringify({ tier, zone: "a" }),
    });
    await repository.commit("Add clusters", Object.assign({}, ...names.map((name) => file(name, "one"))));
    const cache = new GitCache({
      environment: { PATH: process.env.PATH ?? "" },
      mappings: [{ url, path: repository.path }],
      isOffline: true,
    });
    try {
      const cold = await timed(() => generate(set, portsOn(cache)));
      await repository.commit("Change one", file(names[7] as string, "two"));
      const warm = await timed(() => generate(set, portsOn(cache)));
      const tiers = warm.result.applications.map(({ application }) => application.metadata.labels?.tier);
      if (cold.result.applications.length !== clusters || tiers.filter((tier) => tier === "two").length !== 1) {
        throw new Error("the matrix gives other Applications than it should");
      }
      return [
        { name: `matrix of ${clusters} clusters × git files, first run`, value: cold.ms / 1000, unit: "s", goal: 3 },
        { name: "the same again after a commit to one file", value: warm.ms, unit: "ms", goal: 150 },
        { name: "the second run over the first", value: warm.ms / cold.ms, unit: "×", goal: 1.5, enforced: true },
      ];
    } finally {
      await cache.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const set = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "ApplicationSet",
  metadata: { name: "bench", namespace: "argocd" },
  spec: {
    generators: [
      {
        matrix: {
          generators: [
            { clusters: { selector: { matchLabels: { fleet: "yes" } } } },
            { git: { repoURL: url, revision: "main", files: [{ path: "clusters/{{name}}/config.json" }] } },
          ],
        },
      },
    ],
    template: {
      metadata: { name: "app-{{name}}", labels: { tier: "{{tier}}" } },
      spec: {
        project: "default",
        source: { repoURL: url, targetRevision: "main", path: "{{path}}" },
        destination: { server: "{{server}}", namespace: "app" },
      },
    },
  },
} as unknown as ApplicationSet;

// Cluster Secrets that are watched stay the same objects from run to run.
const items = names.map((name) => ({
  ...{ name, server: `https://${name}.example.com`, project: "", annotations: undefined, source: `Secret ${name}` },
  labels: stringMap({ fleet: "yes" }),
}));

function portsOn(cache: GitCache): Ports {
  const ports = inventoryPorts({ entries: [], warnings: [] }, { git: gitPort(cache, { refresh: true }) } as Ports);
  return { ...ports, clusters: { list: async () => ({ items, completeness: "complete", gaps: [], version: "" }) } };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const started = performance.now();
  const result = await work();
  return { result, ms: performance.now() - started };
}
