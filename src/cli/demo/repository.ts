import * as fs from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatYaml } from "../../base/yaml.ts";

/** A small real git repository of plain manifests. */
export interface DemoRepository {
  readonly path: string;
  /** As manifests name it. */
  readonly url: string;
  /** Writes files, commits them all, and gives the commit. */
  commit(message: string, files: Readonly<Record<string, string>>): Promise<string>;
}

const author = { name: "fleetset demo", email: "demo@example.com" };

/** Makes an empty repository with the branch `main`. */
export async function makeRepository(path: string): Promise<DemoRepository> {
  const git = await import("isomorphic-git");
  await mkdir(path, { recursive: true });
  await git.init({ fs, dir: path, defaultBranch: "main" });
  return {
    path,
    url: `file://${path}`,
    async commit(message, files) {
      for (const [file, text] of Object.entries(files)) {
        await mkdir(dirname(join(path, file)), { recursive: true });
        await writeFile(join(path, file), text);
        await git.add({ fs, dir: path, filepath: file });
      }
      return git.commit({ fs, dir: path, message, author });
    },
  };
}

/** The manifests of an app in a directory: a Deployment with its settings and a Service. */
export function appFiles(
  directory: string,
  name: string,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const labels = { app: name };
  const container = { name, image: `registry.example.com/${name}:1.0`, ports: [{ containerPort: 8080 }] };
  const documents = [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: settings },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
  return { [`${directory}/${name}/app.yaml`]: documents.map((document) => formatYaml(document)).join("---\n") };
}
