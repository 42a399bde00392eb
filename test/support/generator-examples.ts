import type { GeneratorEntry, GeneratorKind } from "../../crds/generators.ts";
import type { HttpPort } from "../../generators/ports.ts";
import type { FakeWorld } from "./ports.ts";
import { makeCluster } from "./ports.ts";

/** A kind at work: an entry with two rows or more, the world that it needs, and what must fail for it to fail. */
export interface GeneratorExample {
  readonly entry: GeneratorEntry;
  readonly world: FakeWorld;
  /** The world with its source out of reach; undefined for a kind that reads nothing. */
  readonly broken: FakeWorld | undefined;
}

const clusters = ["eu", "us"].map((name) => makeCluster(name, { env: name }));
const repoURL = "https://git.example.com/apps.git";
const artifact = "oci://registry.example.com/apps";
const files = { "apps/api/a.yaml": "n: 1", "apps/web/a.yaml": "n: 2" };
const list = { list: { elements: [{ a: "1" }, { a: "2" }] } };
const decisions = {
  apiVersion: "example.com/v1",
  kind: "Placement",
  metadata: { name: "web" },
  status: { clusters: [{ cluster: "eu" }, { cluster: "us" }] },
};
const plugin = {
  configMaps: { plug: { baseUrl: "https://p.example.com", token: "$s:t" } },
  secrets: { s: { t: "x" } },
};

/** A server that answers every question of a path with this JSON. */
function answers(bodyOf: (path: string) => unknown): HttpPort {
  return {
    async request({ url }) {
      const text = JSON.stringify(bodyOf(new URL(url).pathname));
      return { status: 200, headers: {}, body: Buffer.from(text), text: () => text };
    },
  };
}

/** Two repositories and two pull requests at a Gitea. */
function gitea(path: string): unknown {
  const items = [1, 2];
  const sha = (id: number) => String(id).repeat(40);
  if (path.endsWith("/repos")) {
    const url = "https://gitea.example.com/team";
    return items.map((id) => ({ id, name: `r${id}`, default_branch: "main", html_url: `${url}/r${id}`, ssh_url: url }));
  }
  if (path.endsWith("/pulls")) {
    const pull = { title: "t", user: { login: "ann" }, labels: [], base: { ref: "main" } };
    return items.map((number) => ({ ...pull, number, head: { ref: `b${number}`, sha: sha(number) } }));
  }
  return path.endsWith("/labels") ? [] : { name: "main", commit: { id: sha(1) } };
}

/** One example for each kind; a kind without one does not compile. */
export const generatorExamples: { readonly [K in GeneratorKind]: GeneratorExample } = {
  list: { entry: list, world: {}, broken: undefined },
  clusters: {
    entry: { clusters: { values: { v: "{{ .name }}" } } },
    world: { clusters },
    broken: { failing: "clusters" },
  },
  git: {
    entry: { git: { repoURL, revision: "main", files: [{ path: "apps/*/a.yaml" }] } },
    world: { repositories: { [repoURL]: files } },
    broken: {},
  },
  oci: {
    entry: { oci: { repoURL: artifact, revision: "1.x", directories: [{ path: "apps/*" }] } },
    world: { repositories: { [artifact]: files } },
    broken: {},
  },
  clusterDecisionResource: {
    entry: { clusterDecisionResource: { configMapRef: "duck", name: "web" } },
    world: {
      clusters,
      configMaps: { duck: { apiVersion: "example.com/v1", kind: "placements", matchKey: "cluster" } },
      objects: [decisions],
    },
    broken: { failing: "objects" },
  },
  plugin: {
    entry: { plugin: { configMapRef: { name: "plug" } } },
    world: { ...plugin, http: answers(() => ({ output: { parameters: [{ a: 1 }, { a: 2 }] } })) },
    broken: plugin,
  },
  scmProvider: {
    entry: { scmProvider: { gitea: { owner: "team", api: "https://gitea.example.com", allBranches: false } } },
    world: { http: answers(gitea) },
    broken: {},
  },
  pullRequest: {
    entry: { pullRequest: { gitea: { owner: "team", repo: "web", api: "https://gitea.example.com" } } },
    world: { http: answers(gitea) },
    broken: {},
  },
  matrix: {
    entry: { matrix: { generators: [list, { clusters: {} }] } },
    world: { clusters },
    broken: { failing: "clusters" },
  },
  merge: {
    entry: {
      merge: { mergeKeys: ["name"], generators: [{ clusters: {} }, { list: { elements: [{ name: "eu", v: "1" }] } }] },
    },
    world: { clusters },
    broken: { failing: "clusters" },
  },
  configMap: {
    entry: { configMap: { name: "rows", key: "rows.yaml" } },
    world: { configMaps: { rows: { "rows.yaml": "- a: 1\n- a: 2\n" } } },
    broken: { failing: "objects" },
  },
};
