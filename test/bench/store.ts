import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Journal } from "../../src/apiserver/store/journal.ts";
import { openLmdbJournal } from "../../src/apiserver/store/lmdb-journal.ts";
import { parseYaml } from "../../src/base/yaml.ts";
import { ask } from "../faults/store/load.ts";
import { buildServer, type ServerAddress, startServer } from "../faults/store/processes.ts";
import type { Bench } from "./figure.ts";

const manifests = join(import.meta.dirname, "../../crds/manifests");
const maps = "/api/v1/namespaces/default/configmaps";

/** Puts the kinds of fleetset and as many Applications of about 2 KB into a store, as a hub would have. */
async function fill(journal: Journal, count: number): Promise<void> {
  let version = 1;
  for (const name of readdirSync(manifests).filter((name) => name.endsWith(".yaml"))) {
    const crd = parseYaml(readFileSync(join(manifests, name), "utf8"), { file: name }) as {
      metadata: { name: string };
    };
    version += 1;
    const { apiVersion, kind, ...rest } = crd as { apiVersion?: string; kind?: string; metadata: { name: string } };
    const metadata = { ...crd.metadata, uid: `crd-${version}`, resourceVersion: String(version) };
    const json = JSON.stringify({ apiVersion, kind, ...rest, metadata });
    const resource = "apiextensions.k8s.io/customresourcedefinitions";
    journal.append("", { resource, key: `/${crd.metadata.name}`, version, json });
  }
  for (let index = 0; index < count; index += 1) {
    version += 1;
    const name = `app-${String(index).padStart(6, "0")}`;
    const json = JSON.stringify(applicationOf(name, version));
    journal.append("", { resource: "argoproj.io/applications", key: `argocd/${name}`, version, json });
    if (index % 5000 === 0) await journal.flushed();
  }
  await journal.flushed();
}

function applicationOf(name: string, version: number) {
  const values = Array.from({ length: 30 }, (_, index) => [`setting${index}`, `value-${index}-of-${name}`]);
  return {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
    metadata: { name, namespace: "argocd", uid: `uid-${version}`, resourceVersion: String(version), generation: 1 },
    spec: {
      ...{ project: "default", destination: { server: `https://${name}.example.com`, namespace: name } },
      source: {
        ...{ repoURL: "https://git.example.com/apps.git", path: name, targetRevision: "main" },
        helm: { valuesObject: Object.fromEntries(values) },
      },
    },
  };
}

interface Start {
  readonly seconds: number;
  readonly rssMB: number;
  readonly storeMB: number;
}

const toMB = (bytes: number): number => bytes / 1024 / 1024;

/** From the start of the process until it answers. */
async function startWith(file: string, folder: string, count: number): Promise<Start> {
  const dataDir = join(folder, String(count));
  const journal = await openLmdbJournal(dataDir);
  await fill(journal, count);
  await journal.close();
  // The first start makes certificates, and what the server has of its own.
  await withServer(file, dataDir, async () => undefined);
  const started = performance.now();
  return withServer(file, dataDir, async (address) => {
    const seconds = (performance.now() - started) / 1000;
    const answer = await ask(address, "GET", "/apis/argoproj.io/v1alpha1/applications?limit=1");
    const { remainingItemCount } = (JSON.parse(answer?.text ?? "{}") as { metadata: { remainingItemCount?: number } })
      .metadata;
    if (remainingItemCount !== count - 1) throw new Error(`${remainingItemCount} more than one are there`);
    const storeMB = toMB(statSync(join(dataDir, "store", "data.mdb")).size);
    return { seconds, rssMB: toMB(address.rss), storeMB };
  });
}

async function withServer<T>(file: string, dataDir: string, use: (address: ServerAddress) => Promise<T>): Promise<T> {
  const server = startServer(file, dataDir);
  try {
    const address = await server.listening;
    if (address === undefined) throw new Error(server.errors());
    return await use(address);
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
  }
}

/** Creations per second that are on disk, and the size of a store after 20,000 updates over that after 2,000. */
async function writes(file: string, folder: string): Promise<{ readonly perSecond: number }> {
  return withServer(file, join(folder, "writes"), async (address) => {
    const total = 3_000;
    let next = 0;
    const started = performance.now();
    const writer = async (): Promise<void> => {
      while (next < total) {
        const name = `map-${next++}`;
        const content = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text: "x".repeat(1000) } };
        const answer = await ask(address, "POST", maps, { content });
        if (answer?.status !== 201) throw new Error(`${answer?.status} ${answer?.text}`);
      }
    };
    await Promise.all(Array.from({ length: 50 }, writer));
    return { perSecond: total / ((performance.now() - started) / 1000) };
  });
}

/** How much larger a store is after ten times the updates of one object. */
async function growth(folder: string): Promise<number> {
  const dataDir = join(folder, "growth");
  const journal = await openLmdbJournal(dataDir);
  const sizes: number[] = [];
  for (let version = 1; version <= 100_000; version += 1) {
    const metadata = { name: "one", namespace: "n", resourceVersion: String(version) };
    const json = JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      text: "x".repeat((version * 7919) % 6000),
    });
    journal.append("", { resource: "/configmaps", key: "n/one", version, json });
    if (version % 500 === 0) await journal.flushed();
    if (version === 10_000 || version === 100_000) sizes.push(statSync(join(dataDir, "store", "data.mdb")).size);
  }
  await journal.close();
  return (sizes[1] ?? 0) / (sizes[0] ?? 1);
}

/** What it costs to keep the embedded server's objects on disk. */
export const store: Bench = {
  name: "store",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "fleetset-bench-store-"));
    const server = await buildServer();
    try {
      const none = await startWith(server.file, folder, 2);
      const small = await startWith(server.file, folder, 10_000);
      const large = await startWith(server.file, folder, 100_000);
      const { perSecond } = await writes(server.file, folder);
      const ratio = (large.seconds - none.seconds) / (small.seconds - none.seconds);
      return [
        { name: "start with an almost empty store", value: none.seconds, unit: "s", goal: 0.5 },
        { name: "start with 10,000 Applications of 1.7 KB", value: small.seconds, unit: "s", goal: 1.5 },
        { name: "start with 100,000", value: large.seconds, unit: "s", goal: 10 },
        { name: "what ten times the objects add to the start", value: ratio, unit: "×", goal: 15, enforced: true },
        { name: "memory with 100,000 after the start", value: large.rssMB, unit: "MB", goal: 1000 },
        { name: "size of that store", value: large.storeMB, unit: "MB", goal: 500 },
        { name: "creations on disk, 50 in flight", value: perSecond, unit: "/s", goal: 500 },
        {
          name: "size after 100,000 updates of one object over 10,000",
          value: await growth(folder),
          unit: "×",
          goal: 2,
          enforced: true,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
      rmSync(server.folder, { recursive: true, force: true });
    }
  },
};
