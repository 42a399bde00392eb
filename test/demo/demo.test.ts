import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Application } from "../../crds/application.ts";
import { openLog, silentLog } from "../../src/base/log.ts";
import { tellStory } from "../../src/cli/demo/demo.ts";
import type { DemoCluster, DemoNames } from "../../src/cli/demo/names.ts";
import {
  applySet,
  commitApps,
  commitNewApp,
  expectedNames,
  listApplications,
  registerCluster,
  relabelCluster,
  waitForApplications,
  waitForHealthy,
} from "../../src/cli/demo/steps.ts";
import { ExpectationError, InterruptedError } from "../../src/cli/demo/wait.ts";
import { type DemoWorld, startDemoWorld } from "../../src/cli/demo/world.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { eventually } from "../controllers/world.ts";
import { types, wanted } from "../support/hub.ts";
import { findKubectl, runKubectl } from "../support/kubectl.ts";
import { drawing } from "../support/random.ts";

const seed = Number(process.env.TEST_SEED) || Math.trunc(Math.random() * 2 ** 31);
const kubectl = findKubectl();
console.log(`demo: names drawn with TEST_SEED=${seed}${kubectl === undefined ? "; no kubectl here, HTTP alone" : ""}`);

const memberCount = 7;

/** Names like the demo's, but drawn at random. */
function drawNames(): DemoNames {
  const draw = drawing(seed);
  const taken = new Set<string>();
  const word = (length = 4 + draw.below(6)): string => {
    const letters = Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[draw.below(36)]);
    const name = `${"abcdefghijklmnopqrstuvwxyz"[draw.below(26)]}${letters.join("")}`;
    // `api-eu` on `x` and `api` on `eu-x` would be one name, so that no word is the beginning of another.
    if ([...taken].some((other) => other.startsWith(name) || name.startsWith(other))) return word(length);
    taken.add(name);
    return name;
  };
  const environments = [word(), word()] as const;
  const cluster = (): DemoCluster => ({
    name: `${word()}-${word()}`,
    labels: { env: environments[draw.below(2)] as string, region: word() },
  });
  return {
    ...{ namespace: word(), set: word(), clusters: Array.from({ length: memberCount - 1 }, cluster) },
    ...{ newCluster: cluster(), apps: [word(), word()], overlayApp: word(), newApp: word(), environments },
  };
}

const names = drawNames();
const [moving] = names.clusters as readonly [DemoCluster];
const target = names.environments.find((env) => env !== moving.labels.env) ?? "";
const allClusters = [...names.clusters, names.newCluster];

let world: DemoWorld;
const errors: string[] = [];

beforeAll(async () => {
  const log = openLog({ level: "warn", write: (line) => errors.push(line) });
  const gitEnvironment = { PATH: process.env.PATH ?? "" };
  world = await startDemoWorld({ names, log, version: "0.0.0-test", gitEnvironment, healthyAfterMs: 50 });
});

afterAll(() => world?.close());

const { namespace } = names;

async function applications(): Promise<ReadonlyMap<string, Application & KubeObject>> {
  return new Map((await listApplications(world)).map((app) => [app.metadata.name, app]));
}

const onMember = (
  member: string,
  kind: "Deployment" | "Service" | "ConfigMap" | "Namespace",
  name: string,
  at?: string,
) =>
  ignoreNotFound(
    world.member(member).get<KubeObject>({ ...types[kind], name, ...(at === undefined ? {} : { namespace: at }) }),
  );

/** What kubectl prints, without the newline at its end; what HTTP says where there is no kubectl. */
async function byKubectl(args: string, context: string, otherwise: string): Promise<string> {
  if (kubectl === undefined) return otherwise;
  await world.hub.writeKubeconfig(world.kubeconfig);
  const { code, stdout, stderr } = await runKubectl(kubectl, args.split(" "), {
    kubeconfig: world.kubeconfig,
    context,
  });
  return code === 0 ? stdout.trim() : stderr;
}

/** Asserts that an app with its settings runs on a member, in the namespace of its own name. */
async function expectApp(member: string, app: string, settings: object): Promise<void> {
  const tracking = (kind: string) => ({
    "argocd.argoproj.io/tracking-id": `${app}-${member}:${kind}:${app}/${app}`,
  });
  expect(await onMember(member, "Namespace", app)).toMatchObject({ status: { phase: "Active" } });
  expect(await onMember(member, "ConfigMap", app, app)).toMatchObject({
    ...{ data: settings, metadata: { annotations: tracking("/ConfigMap") } },
  });
  expect(await onMember(member, "Service", app, app)).toMatchObject({
    metadata: { annotations: tracking("/Service") },
    spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  expect(await onMember(member, "Deployment", app, app)).toMatchObject({
    metadata: { annotations: tracking("apps/Deployment") },
    spec: { replicas: 2, template: { spec: { containers: [{ image: `registry.example.com/${app}:1.0` }] } } },
    status: { readyReplicas: 2 },
  });
}

const overlay = (environment: string) => ({ app: names.overlayApp, environment });

describe("the demo's steps, one after the other", () => {
  it("one set gives every cluster an Application of every app", async () => {
    for (const cluster of names.clusters) await registerCluster(world, cluster);
    const commit = await commitApps(world);
    await applySet(world);
    const expected = expectedNames(names, names.clusters);
    expect(expected.length).toBe(3 * (memberCount - 1));
    await waitForApplications(world, expected);
    const healthy = await waitForHealthy(world, expected);

    const set = await world.client.get({ ...types.ApplicationSet, namespace, name: names.set });
    for (const { name: cluster, labels } of names.clusters) {
      const server = `${world.hub.server.url}/clusters/${cluster}`;
      for (const app of [...names.apps, names.overlayApp]) {
        const path = app === names.overlayApp ? `environments/${labels.env}/${app}` : `apps/${app}`;
        const found = healthy.find(({ metadata }) => metadata.name === `${app}-${cluster}`);
        expect(found?.spec).toEqual({
          project: "default",
          source: { repoURL: world.repository.url, targetRevision: "main", path },
          destination: { server, namespace: app },
          syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ["CreateNamespace=true"] },
        });
        expect(found?.metadata).toMatchObject({
          ...{ namespace, labels: { region: labels.region } },
          finalizers: ["resources-finalizer.argocd.argoproj.io"],
          ownerReferences: [{ kind: "ApplicationSet", name: names.set, uid: set.metadata.uid, controller: true }],
        });
        expect(found?.status?.sync?.revision).toBe(commit);
      }
    }
    const listed = await byKubectl(
      `get applications -n ${namespace} -o jsonpath={.items[*].metadata.name}`,
      "hub",
      expected.join(" "),
    );
    expect(listed.split(" ").sort()).toEqual(expected);
  });

  it("the objects of every Application are on its member, tracked, in its namespace", async () => {
    for (const { name, labels } of names.clusters) {
      for (const app of names.apps) await expectApp(name, app, { app });
      await expectApp(name, names.overlayApp, overlay(labels.env));
    }
    const apps = [...names.apps, names.overlayApp].sort();
    const found = await byKubectl(
      "get deployments -A -o jsonpath={.items[*].metadata.name}",
      moving.name,
      apps.join(" "),
    );
    expect(found.split(" ").sort()).toEqual(apps);
  });

  it("a new cluster gets its Applications, and nobody else is touched", async () => {
    const before = await applications();
    await registerCluster(world, names.newCluster);
    await waitForHealthy(world, expectedNames(names, allClusters));
    for (const app of names.apps) await expectApp(names.newCluster.name, app, { app });
    await expectApp(names.newCluster.name, names.overlayApp, overlay(names.newCluster.labels.env));
    const after = await applications();
    for (const [name, app] of before) expect(wanted(after.get(name) as KubeObject)).toEqual(wanted(app));
  });

  it("a commit that adds an app rolls out to every cluster", async () => {
    const commit = await commitNewApp(world);
    const apps = await waitForHealthy(world, expectedNames(names, allClusters, [names.newApp]));
    for (const { name } of allClusters) {
      await expectApp(name, names.newApp, { app: names.newApp });
      const app = apps.find(({ metadata }) => metadata.name === `${names.newApp}-${name}`);
      expect(app?.status?.sync?.revision).toBe(commit);
    }
  });

  it("a cluster that is labelled anew changes in just what depends on the label", async () => {
    const before = await applications();
    await relabelCluster(world, moving.name, target);
    const changing = `${names.overlayApp}-${moving.name}`;
    await eventually(async () => {
      const app = (await applications()).get(changing);
      expect(app?.spec.source?.path).toBe(`environments/${target}/${names.overlayApp}`);
      expect(app?.status).toMatchObject({ sync: { status: "Synced" }, health: { status: "Healthy" } });
      await expectApp(moving.name, names.overlayApp, overlay(target));
    });
    const after = await applications();
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, app] of before) {
      if (name !== changing) expect(wanted(after.get(name) as KubeObject)).toEqual(wanted(app));
    }
    const path = await byKubectl(
      `get application ${changing} -n ${namespace} -o jsonpath={.spec.source.path}`,
      "hub",
      after.get(changing)?.spec.source?.path ?? "",
    );
    expect(path).toBe(`environments/${target}/${names.overlayApp}`);
  });

  it("a cluster that is taken back loses its Applications and keeps what runs on it", async () => {
    const before = await applications();
    const gone = names.newCluster.name;
    const secrets = await world.client.list({ ...types.Secret, namespace });
    const server = Buffer.from(`${world.hub.server.url}/clusters/${gone}`).toString("base64");
    const secret = secrets.items.find(({ data }) => (data as { server?: string } | undefined)?.server === server);
    await world.client.delete({ ...types.Secret, namespace, name: secret?.metadata.name ?? "" });
    const expected = expectedNames(names, names.clusters, [names.newApp]);
    await waitForApplications(world, expected);
    expect(await onMember(gone, "Deployment", names.newApp, names.newApp)).toBeDefined();
    const after = await applications();
    for (const name of expected)
      expect(wanted(after.get(name) as KubeObject)).toEqual(wanted(before.get(name) as KubeObject));
  });

  it("a set that is deleted takes its Applications and their objects along", async () => {
    await world.client.delete({ ...types.ApplicationSet, namespace, name: names.set });
    await waitForApplications(world, []);
    for (const { name } of names.clusters) {
      for (const app of [...names.apps, names.overlayApp, names.newApp]) {
        for (const kind of ["Deployment", "Service", "ConfigMap"] as const) {
          expect(await onMember(name, kind, app, app)).toBeUndefined();
        }
      }
    }
    const left = await byKubectl(`get applications,applicationsets -n ${namespace} -o name`, "hub", "");
    expect(left).toBe("");
    expect(errors).toEqual([]);
  });
});

class Sink extends Writable {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

describe("a story that does not come true", () => {
  const io = { stdin: process.stdin, stdout: new Sink(), stderr: new Sink() };
  const story = { names, log: silentLog, version: "0.0.0-test", gitEnvironment: { PATH: process.env.PATH ?? "" } };

  it("ends with what was expected and what was found", async () => {
    const world = await startDemoWorld({ ...story, healthyAfterMs: 3_600_000, timeoutMs: 500 });
    try {
      const telling = tellStory(io, world, performance.now());
      await expect(telling).rejects.toThrow(ExpectationError);
      await expect(telling).rejects.toThrow(/^expected 18 Applications .* within 0\.5 s, but \d+ are/);
    } finally {
      await world.close();
    }
  });

  it("ends where it is when it is interrupted", async () => {
    const stop = new AbortController();
    const world = await startDemoWorld({ ...story, healthyAfterMs: 3_600_000, signal: stop.signal });
    try {
      const telling = tellStory(io, world, performance.now());
      stop.abort();
      await expect(telling).rejects.toThrow(InterruptedError);
    } finally {
      await world.close();
    }
  });
});
