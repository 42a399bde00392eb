import { silentLog } from "../../src/base/log.ts";
import { formatYaml } from "../../src/base/yaml.ts";
import type { DemoCluster, DemoNames } from "../../src/cli/demo/names.ts";
import { registerCluster } from "../../src/cli/demo/steps.ts";
import { type DemoWorld, startDemoWorld } from "../../src/cli/demo/world.ts";
import { applicationSetType } from "../../src/cli/fleet.ts";
import type { Bench, Figure } from "./figure.ts";
import { percentile } from "./figure.ts";

const members = Number(process.env.BENCH_MEMBERS ?? 1_000);
const additions = Number(process.env.BENCH_ADD ?? 50);
const configMaps = { group: "", version: "v1", plural: "configmaps" } as const;

const names: DemoNames = {
  ...{ namespace: "argocd", set: "bench", apps: ["settings"], overlayApp: "", newApp: "" },
  ...{ environments: ["bench", "bench"], clusters: [] },
  newCluster: member("new"),
};

function member(name: string): DemoCluster {
  return { name, labels: { env: "bench", region: "here" } };
}

/** One object to each of a thousand simulated members, and how soon a new member has its first object. */
export const fleet: Bench = {
  name: "fleet",
  async run() {
    const world = await startDemoWorld({
      names,
      log: silentLog,
      version: "bench",
      gitEnvironment: { PATH: process.env.PATH ?? "" },
    });
    try {
      return [...(await fanOut(world)), ...(await onboard(world))];
    } finally {
      await world.close();
    }
  },
};

async function fanOut(world: DemoWorld): Promise<readonly Figure[]> {
  const manifest = formatYaml({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings" },
    data: { a: "1" },
  });
  await world.repository.commit("Add settings", { "apps/settings/settings.yaml": manifest });
  const all = Array.from({ length: members }, (_, index) => `m${String(index).padStart(4, "0")}`);
  for (const name of all) await registerCluster(world, member(name));
  const arrivals = all.map((name) => arrival(world, name));
  const started = performance.now();
  await applySet(world);
  const times = (await Promise.all(arrivals)).map((at) => (at - started) / 1000);
  const memory = process.memoryUsage().rss / 2 ** 20;
  return [
    {
      name: `one object to each of ${members} members: 90% have it`,
      value: percentile(times, 0.9),
      unit: "s",
      goal: 20,
    },
    { name: `one object to each of ${members} members: all have it`, value: Math.max(...times), unit: "s" },
    { name: `memory of hub, ${members} members and controllers in one process`, value: memory, unit: "MB" },
  ];
}

/** The moment at which the member first holds the object. */
function arrival({ hub }: DemoWorld, name: string): Promise<number> {
  return new Promise((resolve) => {
    const end = hub.server.cluster(name).watch(configMaps, ({ object }) => {
      if (object.metadata?.name !== "settings") return;
      resolve(performance.now());
      setImmediate(() => end());
    });
  });
}

async function onboard(world: DemoWorld): Promise<readonly Figure[]> {
  const times: number[] = [];
  for (let index = 0; index < additions; index += 1) {
    const name = `new-${index}`;
    world.hub.addMember(name);
    const arrived = arrival(world, name);
    const started = performance.now();
    await registerCluster(world, member(name));
    times.push(((await arrived) - started) / 1000);
  }
  const label = `new cluster Secret to first object, ${additions} additions to ${members} members`;
  return [
    { name: `${label}: p99`, value: percentile(times, 0.99), unit: "s", goal: 2 },
    { name: `${label}: median`, value: percentile(times, 0.5), unit: "s" },
  ];
}

async function applySet({ client, repository }: DemoWorld): Promise<void> {
  const git = { repoURL: repository.url, revision: "main", directories: [{ path: "apps/*" }] };
  const clusters = { selector: { matchLabels: { env: "bench" } } };
  const body = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name: names.set, namespace: names.namespace },
    spec: {
      generators: [{ matrix: { generators: [{ clusters }, { git }] } }],
      template: {
        metadata: { name: "{{path.basename}}-{{name}}" },
        spec: {
          project: "default",
          source: { repoURL: repository.url, targetRevision: "main", path: "{{path}}" },
          destination: { server: "{{server}}", namespace: "default" },
          syncPolicy: { automated: {} },
        },
      },
    },
  };
  const ref = { ...applicationSetType, namespace: names.namespace, name: names.set };
  await client.patch(ref, { kind: "apply", body }, { fieldManager: "bench" });
}
