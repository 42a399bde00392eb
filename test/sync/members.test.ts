import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { clusterSecret } from "../../src/kube/cluster-secret.ts";
import { configMap, World, yaml } from "./world.ts";

let world: World;

beforeEach(async () => {
  world = await World.start("one", "two");
  return () => world.stop();
});

/** A URL at which nobody listens. */
async function deadServer(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const dead = { destination: { name: "dead", namespace: "default" } };

describe("a member that can't be reached", () => {
  it("is named and retried ever later, while others are served", async () => {
    const server = await deadServer();
    world.secrets = [...world.secrets, clusterSecret({ name: "dead", server, namespace: "argocd", config: {} })];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create(dead);
    await world.create({}, { name: "alive" });

    expect(await world.sync()).toEqual({ kind: "requeue", afterMs: 2_000 });
    await world.sync("alive");
    expect(await world.configMap("a")).toBeDefined();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Unknown" },
      health: { status: "Unknown" },
      conditions: [{ type: "ComparisonError", message: expect.stringContaining("cluster dead can't be reached") }],
    });
    expect(world.members.unreachable()).toMatchObject([{ name: "dead", server, failures: 1 }]);

    // Before the next try is due nothing is dialled; after it, once.
    await world.clock.advance(1_999);
    await world.sync();
    expect(world.members.unreachable()).toMatchObject([{ failures: 1 }]);
    await world.clock.advance(1);
    await world.sync();
    expect(world.members.unreachable()).toMatchObject([{ failures: 2, sinceMs: Date.UTC(2026, 0, 1) }]);
  });

  it("is served as soon as it is there again, and those who wait are told", async () => {
    const server = await deadServer();
    const [one] = world.secrets;
    world.secrets = [clusterSecret({ name: "one", server, namespace: "argocd", config: {} })];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    expect(world.members.unreachable().length).toBe(1);
    world.secrets = one === undefined ? [] : [one];
    await world.sync();
    expect((await world.app()).status).toMatchObject({ sync: { status: "Synced" } });
    expect((await world.app()).status?.conditions ?? []).toEqual([]);
  });

  it("keeps what is known of the Application", async () => {
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    const server = await deadServer();
    world.secrets = [clusterSecret({ name: "one", server, namespace: "argocd", config: {} })];
    await world.sync();
    expect((await world.app()).status).toMatchObject({
      sync: { status: "Unknown" },
      resources: [{ name: "a", status: "Synced" }],
      history: [{ id: 0 }],
    });
  });

  it("that refuses our token counts too, until its Secret is mended", async () => {
    const good = world.secrets;
    world.secrets = [world.secretOf("one", { bearerToken: "wrong" })];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    expect(world.members.unreachable()).toMatchObject([{ name: "one" }]);
    expect(JSON.stringify((await world.app()).status)).not.toContain("wrong");
    world.secrets = good;
    await world.sync();
    expect((await world.app()).status?.sync?.status).toBe("Synced");
  });
});

/** Passes connections on to another port, and can be switched off. */
class Relay {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: number) {
    this.#server = createServer((socket) => {
      const onward = connect(target, "127.0.0.1");
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        end.on("error", () => end.destroy());
      }
      socket.pipe(onward).pipe(socket);
    });
  }

  async on(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async off(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

describe("a member that comes back", () => {
  it("is probed once it is due, and serves again", async () => {
    const direct = new URL(world.members.member({ name: "one" }).server);
    const relay = new Relay(Number(direct.port));
    const port = await relay.on();
    const config = JSON.parse(
      Buffer.from((world.secretOf("one").data as { config: string }).config, "base64").toString(),
    );
    const server = `http://127.0.0.1:${port}${direct.pathname}`;
    world.secrets = [clusterSecret({ name: "one", server, namespace: "argocd", config })];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    expect((await world.app()).status?.sync?.status).toBe("Synced");

    await relay.off();
    await world.sync();
    expect(world.members.unreachable()).toMatchObject([{ name: "one" }]);
    await relay.on(port);
    await world.sync();
    expect(world.members.unreachable()).toMatchObject([{ name: "one" }]);
    await world.clock.advance(2_000);
    await world.sync();
    expect([world.members.unreachable(), world.recovered]).toEqual([[], ["one"]]);
    expect((await world.app()).status?.sync?.status).toBe("Synced");
    await world.members.close();
    await relay.off();
  });
});

describe("the pool", () => {
  it("keeps its connections while only labels change, and ends those of clusters that go", async () => {
    const before = world.members.member({ name: "one" });
    world.secrets = world.secrets.map((secret) => ({
      ...secret,
      metadata: { ...secret.metadata, labels: { env: "prod" } },
    }));
    expect(world.members.member({ name: "one" })).toBe(before);
    expect(before.cluster?.labels).toEqual({ env: "prod" });
    world.secrets = [];
    await world.members.prune();
    expect(() => world.members.member({ name: "one" })).toThrow(/no cluster of the name "one"/);
  });

  it.each([["by name", (w: World) => ({ name: "one", server: w.members.member({ name: "one" }).server })]])(
    "finds a member by server as well as %s",
    (_what, read) => {
      const { name, server } = read(world);
      expect(world.members.member({ server: `${server}/` })).toBe(world.members.member({ name }));
    },
  );

  it("takes the hub for in-cluster", () => {
    expect(world.members.member({ server: "https://kubernetes.default.svc" }).client).toBe(world.hub);
    expect(world.members.member({ name: "in-cluster" }).client).toBe(world.hub);
  });

  it("refuses two clusters of one name", () => {
    world.secrets = [...world.secrets, ...world.secrets];
    expect(() => world.members.member({ name: "one" })).toThrow(/2 clusters/);
  });

  it("names the Secret that can't be used, and nothing of its content", async () => {
    const broken = { ...world.secretOf("one"), stringData: { config: '{"bearerToken": "hunter22"' } };
    world.secrets = [broken];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    const [condition] = (await world.app()).status?.conditions ?? [];
    expect(condition?.message).toMatch(/Secret argocd\/cluster-127\.0\.0\.1-\d+: the cluster's config is not JSON/);
    expect(JSON.stringify(await world.app())).not.toContain("hunter22");
  });

  it("confines a cluster to the namespaces that it is registered for", async () => {
    const [one] = world.secrets;
    world.secrets = [{ ...(one ?? world.secretOf("one")), stringData: { namespaces: "team" } }];
    world.repository.commit({ "app/a.yaml": yaml(configMap("a")) });
    await world.create();
    await world.sync();
    expect(await world.configMap("a")).toBeUndefined();
    expect((await world.app()).status?.conditions?.[0]?.message).toContain("one is not managed for namespace default");
  });
});
