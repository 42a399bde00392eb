import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApiServer, startApiServer } from "../../../src/apiserver/start.ts";
import { writePrivate } from "../../../src/apiserver/tls/credentials.ts";
import { type Api, apiOf } from "../../support/api.ts";

const core = { group: "", version: "v1" } as const;
const accounts = { ...core, plural: "serviceaccounts" };
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;
const maps = "/api/v1/namespaces/default/configmaps";

class World {
  readonly folder = mkdtempSync(join(tmpdir(), "fleetset-auth-"));
  now = Date.parse("2026-01-01T00:00:00Z");
  server!: RunningApiServer;
  api!: Api;

  async start(options: { readonly dataDir?: string } = {}): Promise<void> {
    const clock = { now: () => this.now, setTimeout, clearTimeout } as never;
    this.server = await startApiServer({ clusters: ["one", "two"], clock, ...options });
    const file = join(this.folder, "kubeconfig");
    writePrivate(file, this.server.kubeconfig());
    this.api = apiOf(file);
  }

  async stop(): Promise<void> {
    this.api.close();
    await this.server.close();
  }

  async token(cluster: string, name: string, spec: object = {}): Promise<string> {
    const path = `${cluster}/api/v1/namespaces/default/serviceaccounts/${name}/token`;
    const answer = await this.api.send("POST", path, { body: { spec } });
    expect(answer.status).toBe(201);
    return answer.json.status.token;
  }

  async status(path: string, token: string, headers: { readonly [name: string]: string } = {}): Promise<number> {
    const own = { authorization: `Bearer ${token}`, ...headers };
    return (await this.api.send("GET", path, { isStranger: true, headers: own })).status;
  }
}

async function giveEverything(server: RunningApiServer, cluster: string): Promise<void> {
  const handle = server.cluster(cluster);
  await handle.create(accounts, { metadata: { name: "robot", namespace: "default" } });
  await handle.create(
    { ...rbac, plural: "clusterrolebindings" },
    {
      metadata: { name: "robot" },
      roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "robot", namespace: "default" }],
    },
  );
}

describe("tokens of logical clusters", () => {
  const world = new World();
  beforeAll(async () => {
    await world.start();
    for (const cluster of ["", "one", "two"]) await giveEverything(world.server, cluster);
  });
  afterAll(async () => {
    await world.stop();
    rmSync(world.folder, { recursive: true, force: true });
  });

  it("open their own cluster and no other, with all rights in it", async () => {
    const tokens = new Map<string, string>();
    for (const cluster of ["", "/clusters/one", "/clusters/two"]) {
      tokens.set(cluster, await world.token(cluster, "robot"));
    }
    for (const [home, token] of tokens) {
      for (const cluster of tokens.keys()) {
        expect(await world.status(`${cluster}${maps}`, token)).toBe(home === cluster ? 200 : 401);
      }
    }
  });

  it("lead nowhere by any spelling of another cluster's path", async () => {
    const token = await world.token("/clusters/one", "robot");
    const ways = [
      `/clusters/one/../two${maps}`,
      `/clusters/one/%2e%2e/two${maps}`,
      `/clusters/one%2f..%2ftwo${maps}`,
      `/clusters/one/clusters/two${maps}`,
      `/clusters/two%00one${maps}`,
      `/clusters//one${maps}`,
      `/clusters/ONE${maps}`,
      `//clusters/two${maps}`,
      `/clusters/one/..${maps}`,
      maps,
    ];
    for (const way of ways) expect([401, 404], way).toContain(await world.status(way, token));
  });

  it("do not tell strangers which clusters there are", async () => {
    for (const path of ["/healthz", maps]) {
      const answers = await Promise.all(
        ["one", "three"].map((name) => world.api.send("GET", `/clusters/${name}${path}`, { isStranger: true })),
      );
      expect(answers[0]!.status).toBe(answers[1]!.status);
      expect(answers[0]!.text).toBe(answers[1]!.text);
    }
  });

  it("end with their time, as the clock has it", async () => {
    const token = await world.token("", "robot", { expirationSeconds: 600 });
    world.now += 599_000;
    expect(await world.status(maps, token)).toBe(200);
    world.now += 62_000;
    expect(await world.status(maps, token)).toBe(401);
  });

  it("end with their account, and one of the same name does not revive them", async () => {
    const hub = world.server.cluster("");
    await hub.create(accounts, { metadata: { name: "brief", namespace: "default" } });
    const token = await world.token("", "brief");
    expect(await world.status(maps, token)).toBe(403);
    await hub.delete(accounts, "default", "brief");
    expect(await world.status(maps, token)).toBe(401);
    await hub.create(accounts, { metadata: { name: "brief", namespace: "default" } });
    expect(await world.status(maps, token)).toBe(401);
  });

  it("are for others when they say so", async () => {
    const token = await world.token("", "robot", { audiences: ["elsewhere"] });
    expect(await world.status(maps, token)).toBe(401);
  });

  it("follow a binding from one request to the next", async () => {
    const hub = world.server.cluster("");
    await hub.create(accounts, { metadata: { name: "guest", namespace: "default" } });
    const token = await world.token("", "guest");
    const bindings = { ...rbac, plural: "rolebindings" };
    for (let round = 0; round < 3; round++) {
      expect(await world.status(maps, token)).toBe(403);
      await hub.create(bindings, {
        metadata: { name: "guest", namespace: "default" },
        roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "guest", namespace: "default" }],
      });
      expect(await world.status(maps, token)).toBe(200);
      await hub.delete(bindings, "default", "guest");
    }
  });

  it("let nobody become an administrator by a header", async () => {
    const token = await world.token("/clusters/one", "robot");
    const headers = { "impersonate-user": "x", "impersonate-group": "system:masters" };
    // Whoever may do everything in one cluster may be anyone there, and there alone.
    expect(await world.status(`/clusters/one${maps}`, token, headers)).toBe(200);
    expect(await world.status(`/clusters/two${maps}`, token, headers)).toBe(401);
  });
});

describe("credentials on disk", () => {
  it("outlive a restart, and no token is among them", async () => {
    const world = new World();
    const dataDir = join(world.folder, "data");
    await world.start({ dataDir });
    await giveEverything(world.server, "one");
    const token = await world.token("/clusters/one", "robot");
    await world.stop();
    await world.start({ dataDir });
    expect(await world.status(`/clusters/one${maps}`, token)).toBe(200);
    await world.stop();
    const secrets = [token.split(".")[2]!, world.server.token];
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of files) {
      const file = join(entry.parentPath, entry.name);
      for (const secret of secrets) expect(readFileSync(file).includes(secret)).toBe(false);
      if (entry.parentPath.endsWith("pki")) expect(statSync(file).mode & 0o077).toBe(0);
    }
    rmSync(world.folder, { recursive: true, force: true });
  });
});
