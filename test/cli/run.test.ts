import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository } from "../../src/cli/demo/repository.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { loadContext } from "../../src/kube/kubeconfig-connection.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { eventually, makeSet, named } from "../controllers/world.ts";
import { type RunningCli, runCli, startCli } from "../support/cli.ts";
import { namespace, TestHub, types } from "../support/hub.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetset-run-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A client of the hub that a process serves, by the kubeconfig that it wrote. */
async function clientOf(kubeconfig: string): Promise<KubeClient> {
  const context = await loadContext({ paths: [kubeconfig], mustExist: true, inCluster: false });
  if (context === undefined) throw new Error(`there is no kubeconfig ${kubeconfig}`);
  return openKubeClient(context.connection);
}

const sets = { ...types.ApplicationSet, namespace };
const apps = { ...types.Application, namespace };

function isAlive({ child }: RunningCli): boolean {
  try {
    return process.kill(-(child.pid ?? 0), 0);
  } catch {
    // No such group: all of its processes have ended.
    return false;
  }
}

function isServed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("fleetset run --embedded", () => {
  it("serves a hub with members, carries sets out, and ends in order on Ctrl-C", async () => {
    const kubeconfig = join(folder, "kubeconfig");
    const repository = await makeRepository(join(folder, "apps"));
    const web = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { a: "1" } };
    await repository.commit("Add web", { "web/web.yaml": JSON.stringify(web) });
    const running = startCli(
      ["run", "--embedded", "--members", "2", "--write-kubeconfig", kubeconfig, "--allow-local-repository", folder],
      { detached: true },
    );
    await running.prints("Ctrl-C ends it");
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    const port = Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(running.stderr())?.[1]);
    const client = await clientOf(kubeconfig);
    const set = makeSet("fleet", {
      generators: [{ clusters: { selector: { matchLabels: { "fleetset.io/simulated": "true" } } } }],
      app: {
        metadata: { name: "web-{{name}}" },
        spec: {
          source: { repoURL: repository.url, path: "web", targetRevision: "main" },
          destination: { server: "{{server}}", namespace: "web" },
          syncPolicy: { automated: {}, syncOptions: ["CreateNamespace=true"] },
        },
      },
    });
    await client.create(sets, set as KubeObject);
    const env = { KUBECONFIG: kubeconfig };
    await eventually(async () => {
      const { items } = await client.list<KubeObject & { status?: { health?: { status: string } } }>(apps);
      expect(items.map(({ metadata, status }) => `${metadata.name} ${status?.health?.status}`)).toEqual([
        ...["web-member-1 Healthy", "web-member-2 Healthy"],
      ]);
    }, 20_000);
    // More than ten at one time, which Node would warn of as a leak.
    const watches = Array.from({ length: 12 }, () => client.watch(apps)[Symbol.asyncIterator]());
    await Promise.all(watches.map((watch) => watch.next()));
    await Promise.all(watches.map((watch) => watch.return?.()));
    const listed = await runCli(["list", "-o", "name"], { env });
    expect(listed.stdout).toBe("application.argoproj.io/web-member-1\napplication.argoproj.io/web-member-2\n");
    await client.close();

    running.child.kill("SIGINT");
    const { code, signal, stdout, stderr } = await running.ended;
    expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: "" });
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("ended");
    expect(isAlive(running)).toBe(false);
    expect(await isServed(port)).toBe(false);
    // The token of the administrator is in the kubeconfig, and nowhere else.
    const token = /token: (\S+)/.exec(readFileSync(kubeconfig, "utf8"))?.[1] ?? "none";
    expect(stderr).not.toContain(token);
    expect(stderr).not.toContain("Warning");
  });

  it("that is ended in the middle of its work goes on with it at its next start, with --data-dir", async () => {
    const dataDir = join(folder, "data");
    const kubeconfig = join(dataDir, "kubeconfig");
    const start = () => startCli(["run", "--embedded", "--data-dir", dataDir], { detached: true });
    const names = Array.from({ length: 150 }, (_, index) => `app-${String(index).padStart(3, "0")}`);

    const first = start();
    await first.prints("Ctrl-C ends it");
    const client = await clientOf(kubeconfig);
    const set = await client.create(sets, makeSet("many", { elements: named(...names) }) as KubeObject);
    await eventually(async () => expect((await client.list(apps)).items.length).toBeGreaterThan(0));
    first.child.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ code: 0, signal: null });
    expect(isAlive(first)).toBe(false);
    await client.close();

    const second = start();
    await second.prints("Ctrl-C ends it");
    const again = await clientOf(kubeconfig);
    await eventually(async () => {
      const { items } = await again.list(apps);
      expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
      expect(items.every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === set.metadata.uid)).toBe(true);
    }, 20_000);
    await again.close();
    second.child.kill("SIGINT");
    expect(await second.ended).toMatchObject({ code: 0, signal: null });
  });

  it("says that a port is in use, and writes no kubeconfig", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const kubeconfig = join(folder, "none");
    const { code, stdout, stderr } = await runCli([
      ...["run", "--embedded", "--listen", `127.0.0.1:${port}`, "--write-kubeconfig", kubeconfig],
    ]);
    await new Promise((resolve) => server.close(resolve));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `error: Listen: cannot listen on 127.0.0.1:${port}: the port is in use\n  try:    choose another port, or end the program that holds this one\n`,
    );
    expect(statSync(kubeconfig, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe("fleetset run against a hub", () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start();
  });

  afterAll(() => hub?.close());

  it("refuses to write beside Argo CD's own controller, unless it is told which sets are its own", async () => {
    const labels = { "app.kubernetes.io/name": "argocd-applicationset-controller" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "argocd" }] } };
    await hub.create({
      ...{ apiVersion: "apps/v1", kind: "Deployment" },
      metadata: { name: "argocd-applicationset-controller", namespace, labels },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
    const env = { KUBECONFIG: hub.kubeconfig };
    const refused = await runCli(["run"], { env });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`error: OtherWriter: Deployment ${namespace}/argocd-applicationset-controller`);
    expect(refused.stderr).toContain("give --force-beside");

    await hub.create(makeSet("theirs", { elements: named("theirs") }));
    await hub.create(makeSet("ours", { elements: named("ours"), metadata: { labels: { by: "fleetset" } } }));
    const beside = startCli(["run", "-l", "by=fleetset"], { env, detached: true });
    await eventually(async () => expect(await hub.names("Application")).toEqual(["ours"]), 20_000);
    beside.child.kill("SIGINT");
    expect(await beside.ended).toMatchObject({ code: 0 });
    expect(isAlive(beside)).toBe(false);
    expect(await hub.names("Application")).toEqual(["ours"]);
  });
});
