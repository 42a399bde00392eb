import type { ClusterFacts, GitEntry, GitPort, HttpPort, KubeObject, Ports, Reading } from "../../generators/ports.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { parseLabelSelector } from "../../src/base/selectors.ts";
import { type StringMap, stringMap } from "../../src/base/values.ts";

export interface FakeWorld {
  readonly clusters?: readonly ClusterFacts[];
  readonly completeness?: Reading<unknown>["completeness"];
  /** The files of each repository by path; a file below a directory makes the directory. */
  readonly repositories?: { readonly [url: string]: { readonly [path: string]: string } };
  readonly projects?: readonly string[];
  readonly configMaps?: { readonly [name: string]: StringMap };
  readonly secrets?: { readonly [name: string]: StringMap };
  /** All resources of the hub that are asked for by kind. */
  readonly objects?: readonly KubeObject[];
  /** What of the hub does not answer. */
  readonly failing?: "clusters" | "objects";
  /** Answers questions in place of a server that is not reached. */
  readonly http?: HttpPort;
}

/** What was asked of the ports, in order: `clusters`, `git URL REVISION`, `read PATH`. */
export interface FakePorts extends Ports {
  readonly asked: string[];
}

export function fakePorts(world: FakeWorld = {}): FakePorts {
  const asked: string[] = [];
  const completeness = world.completeness ?? "complete";
  const gaps =
    completeness === "complete" ? [] : [{ at: "hub", reason: "Timeout", message: "no answer", retryable: true }];
  const open: GitPort["open"] = async ({ repoURL, revision }) => {
    asked.push(`${repoURL.startsWith("oci:") ? "oci" : "git"} ${repoURL} ${revision}`);
    const files = world.repositories?.[repoURL];
    if (files === undefined) throw new GenerationError(`cannot reach ${repoURL}`, { retryable: true });
    return {
      commit: "c0ffee",
      entries: async () => entriesOf(files),
      async read(path) {
        asked.push(`read ${path}`);
        return new TextEncoder().encode(files[path]);
      },
    };
  };
  return {
    asked,
    git: { open },
    oci: { open },
    clusters: {
      async list() {
        asked.push("clusters");
        if (world.failing === "clusters") throw unreachable();
        return { items: world.clusters ?? [], completeness, gaps, version: "1" };
      },
    },
    http: world.http ?? {
      async request({ url }) {
        asked.push(`http ${url}`);
        throw new GenerationError(`cannot reach ${url}`, { retryable: true });
      },
    },
    projects: { has: async (name) => name === "default" || (world.projects ?? []).includes(name) },
    objects: {
      async configMap(name) {
        if (world.failing === "objects") throw unreachable();
        return world.configMaps?.[name];
      },
      secret: async (name) => world.secrets?.[name],
      async list({ name, selector }) {
        asked.push("objects");
        if (world.failing === "objects") throw unreachable();
        const matches = parseLabelSelector(selector ?? {});
        const items = (world.objects ?? []).filter(
          ({ metadata }) => (name ?? metadata.name) === metadata.name && matches.matches(metadata.labels ?? {}),
        );
        return { items, completeness, gaps, version: "" };
      },
    },
  };
}

function unreachable(): GenerationError {
  return new GenerationError("reading from the hub: connection refused", { retryable: true });
}

function entriesOf(files: { readonly [path: string]: string }): GitEntry[] {
  const entries = new Map<string, GitEntry>();
  for (const path of Object.keys(files).sort()) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (!entries.has(folder)) entries.set(folder, { path: folder, kind: "directory", oid: `tree-${folder}` });
    }
    entries.set(path, { path, kind: "file", oid: `blob-${files[path]}` });
  }
  return [...entries.values()];
}

/** A registered cluster; its server is made from its name. */
export function makeCluster(name: string, labels: StringMap = {}, more: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    name,
    server: `https://${name}.example.com`,
    project: "",
    labels: stringMap({ "argocd.argoproj.io/secret-type": "cluster", ...labels }),
    annotations: undefined,
    source: `Secret argocd/${name}`,
    ...more,
  };
}
