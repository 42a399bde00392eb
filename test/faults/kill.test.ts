import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sleep, systemClock } from "../../src/base/clock.ts";
import { type EmbeddedHub, startEmbeddedHub } from "../../src/cli/embedded-hub.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { listAll } from "../../src/kube/list.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { startCli } from "../support/processes.ts";
import { drawing } from "../support/random.ts";

// The controller is a process of its own, so that a kill takes everything it knew; the hub lives on in this one.
const apps = 500;
const kills = 20;
// What is written between the look and the kill must not end the apply.
const lastKill = apps * 0.8;
const seed = Number(process.env.FLEETSET_SEED ?? Date.now() % 1_000_000);
const draw = drawing(seed);
const namespace = "argocd";
const argo = { group: "argoproj.io", version: "v1alpha1" } as const;
const folder = mkdtempSync(join(tmpdir(), "fleetset-kill-"));
const kubeconfig = join(folder, "kubeconfig");

let hub: EmbeddedHub;
let client: KubeClient;

beforeAll(async () => {
  console.log(`seed ${seed} (set FLEETSET_SEED to repeat)`);
  hub = await startEmbeddedHub({ namespace, clock: systemClock });
  client = openKubeClient(hub.connection);
  await hub.writeKubeconfig(kubeconfig);
});

afterAll(async () => {
  await client.close();
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const setOf = (name: string): KubeObject => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "ApplicationSet",
  metadata: { name, namespace },
  spec: {
    generators: [{ list: { elements: Array.from({ length: apps }, (_, index) => ({ app: `${name}-${index}` })) } }],
    template: {
      metadata: { name: "{{app}}", labels: { app: "{{app}}" } },
      spec: {
        project: "default",
        source: { repoURL: "https://git.example.com/apps.git", path: "{{app}}", targetRevision: "main" },
        destination: { server: "https://kubernetes.default.svc", namespace: "{{app}}" },
      },
    },
  },
});

async function applicationsOf(set: string): Promise<KubeObject[]> {
  const { items } = await listAll(client, { ...argo, plural: "applications", namespace });
  return items.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === set);
}

/** What must be the same after kills as after an undisturbed run: everything but what differs between two sets by nature. */
function comparable(objects: readonly KubeObject[], set: string): unknown[] {
  const text = (value: unknown) => JSON.parse(JSON.stringify(value ?? null).replaceAll(set, "SET")) as unknown;
  return objects
    .map(({ metadata, spec }) => ({
      name: metadata.name.replace(set, "SET"),
      ...{ labels: text(metadata.labels), finalizers: metadata.finalizers, spec: text(spec) },
      owners: metadata.ownerReferences?.map(({ kind, name, controller }) => ({
        kind,
        name: name.replace(set, "SET"),
        controller,
      })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const run = () => startCli(["run", "--kubeconfig", kubeconfig, "--delivery", "hub"]);

async function untilDone(set: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    const stored = await client.get({ ...argo, plural: "applicationsets", namespace, name: set });
    const { resourcesCount, health } = (stored.status ?? {}) as {
      resourcesCount?: number;
      health?: { status?: string };
    };
    if (resourcesCount === apps && health?.status === "Healthy") return;
    await sleep(systemClock, 100);
  }
  throw new Error(`${set} was not done in a minute`);
}

test(`killed at ${kills} random moments of applying ${apps} Applications, the controller ends where an undisturbed one does`, async () => {
  const sets = { ...argo, plural: "applicationsets", namespace };
  await client.create(sets, setOf("calm"));
  const calm = run();
  await untilDone("calm");
  calm.child.kill("SIGTERM");
  expect(await calm.ended).toBe(0);

  await client.create(sets, setOf("shaken"));
  const moments: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const controller = run();
    await controller.says("follows");
    const before = (await applicationsOf("shaken")).length;
    // Each kill falls while the apply is under way: after a few more Applications are there, and before all are.
    const room = Math.max(0, lastKill - before);
    const target = before + 1 + draw.below(Math.max(1, Math.ceil(room / (kills - kill))));
    let seen = before;
    while (seen < target && seen < apps) {
      await sleep(systemClock, 2);
      seen = hub.hub
        .list({ ...argo, plural: "applications" }, namespace)
        .filter((app) => app.metadata?.name?.startsWith("shaken-")).length;
    }
    controller.child.kill("SIGKILL");
    expect(await controller.ended).toBe("SIGKILL");
    const left = (await applicationsOf("shaken")).length;
    moments.push(left);
  }
  console.log(`Applications there after each kill: ${moments.join(" ")}`);
  expect(moments.filter((count) => count < apps).length).toBe(kills);

  const last = run();
  await untilDone("shaken");
  const versions = new Map(
    (await applicationsOf("shaken")).map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
  );
  last.child.kill("SIGTERM");
  expect(await last.ended).toBe(0);

  const [undisturbed, disturbed] = [await applicationsOf("calm"), await applicationsOf("shaken")];
  expect(disturbed).toHaveLength(apps);
  expect(comparable(disturbed, "shaken")).toEqual(comparable(undisturbed, "calm"));
  expect(new Set(disturbed.map(({ metadata }) => metadata.uid)).size).toBe(apps);
  expect(new Map(disturbed.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))).toEqual(versions);
});
