import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoRepository, makeRepository } from "../../src/cli/demo/repository.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { GitServer } from "../git/git-server.ts";
import { Door } from "../support/door.ts";
import { type Kind, types } from "../support/hub.ts";
import { eventually, makeSet, World } from "./world.ts";

let world: World;
let repository: DemoRepository;
const doors = new Map<string, Door>();

const configMap = (name: string, data: object) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

beforeAll(async () => {
  world = await World.start({ delivery: "push", members: ["a", "b"] });
  for (const name of ["c", "d"]) await addBehindDoor(name);
  repository = await makeRepository(`${world.repositories}/apps`);
  await repository.commit("Add apps", {
    "web/web.yaml": configMap("web", { answer: "42" }),
    "bad/good.yaml": configMap("good", { a: "1" }),
    "bad/bad.yaml": JSON.stringify({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "refused" } },
      spec: { replicas: "many", template: {} },
    }),
  });
});

afterAll(async () => {
  expect(world?.hub.errors).toEqual([]);
  await world?.close();
  for (const door of doors.values()) await door.shut();
});

/** Registers a member that can be cut off. */
async function addBehindDoor(name: string): Promise<void> {
  const { embedded } = world.hub;
  const door = await Door.to(embedded.server.port);
  doors.set(name, door);
  embedded.addMember(name);
  const secret = embedded.memberSecret(name, {});
  const server = Buffer.from(`https://127.0.0.1:${door.port}/clusters/${name}`).toString("base64");
  await world.hub.create({ ...secret, data: { ...(secret.data as object), server } });
}

/** A set that puts a folder of the repository on clusters, by their names. */
const rollout = (name: string, path: string, clusters: readonly string[], spec: object = {}) =>
  makeSet(name, {
    elements: clusters.map((cluster) => ({ name: `${name}-${cluster}`, cluster })),
    app: {
      spec: {
        source: { repoURL: repository.url, path, targetRevision: "main" },
        destination: { name: "{{cluster}}", namespace: name },
        syncPolicy: {
          automated: { prune: true },
          syncOptions: ["CreateNamespace=true"],
          retry: { limit: 1, backoff: { duration: "1s" } },
        },
      },
    },
    spec,
  });

async function stateOf(app: string): Promise<string> {
  const { status } = (await world.app(app)) ?? {};
  return `${status?.sync?.status} ${status?.health?.status}`;
}

async function conditionsOf(app: string): Promise<readonly { readonly type: string; readonly message: string }[]> {
  return ((await world.app(app))?.status?.conditions ?? []).map(({ type, message }) => ({ type, message }));
}

function onMember(member: string, kind: Kind, name: string, namespace: string): Promise<KubeObject | undefined> {
  return ignoreNotFound(world.hub.member(member).get({ ...types[kind], namespace, name }));
}

describe("two members that are down", () => {
  it("are named and tried again, while the others are served; and are served when they are back", async () => {
    for (const door of doors.values()) await door.shut();
    await world.hub.create(rollout("down", "web", ["a", "b", "c", "d"]));
    await eventually(async () => {
      for (const member of ["a", "b"]) expect(await stateOf(`down-${member}`)).toBe("Synced Healthy");
      for (const member of ["c", "d"]) expect(await stateOf(`down-${member}`)).toBe("Unknown Unknown");
    });
    for (const member of ["c", "d"]) {
      expect(await conditionsOf(`down-${member}`)).toEqual([
        {
          type: "ComparisonError",
          message: expect.stringMatching(new RegExp(`^cluster ${member} can't be reached: .*refused`)),
        },
      ]);
      expect(await onMember(member, "ConfigMap", "web", "down")).toBeUndefined();
    }
    // Counted, named, and tried again later and later.
    await eventually(() => {
      const failures = world.controllers.members.unreachable();
      expect(failures.map(({ name }) => name)).toEqual(["c", "d"]);
      for (const { failures: count } of failures) expect(count).toBeGreaterThanOrEqual(2);
      for (const name of ["c", "d"]) {
        expect(world.log.join("")).toMatch(new RegExp(`cluster can't be reached.*cluster=${name}`));
      }
    });
    // Their set is none the worse for it, and a new member is served at once.
    expect(await world.conditions("down")).toMatchObject({ ErrorOccurred: { status: "False" } });
    await world.hub.create(rollout("meanwhile", "web", ["a"]));
    await eventually(async () => expect(await stateOf("meanwhile-a")).toBe("Synced Healthy"));

    for (const door of doors.values()) await door.open();
    await eventually(async () => {
      for (const member of ["c", "d"]) expect(await stateOf(`down-${member}`)).toBe("Synced Healthy");
    });
    for (const member of ["a", "b", "c", "d"]) {
      expect(await conditionsOf(`down-${member}`)).toEqual([]);
      expect(await onMember(member, "ConfigMap", "web", "down")).toMatchObject({ data: { answer: "42" } });
    }
    expect(world.controllers.members.unreachable()).toEqual([]);
  });
});

describe("a member that cannot be connected to", () => {
  const secret = (name: string, data: object) => ({
    ...{ apiVersion: "v1", kind: "Secret" },
    metadata: { name, namespace: "argocd", labels: { "argocd.argoproj.io/secret-type": "cluster" } },
    stringData: { name, ...data },
  });

  it.each([
    { name: "no-server", data: { config: "{}" }, says: "Secret argocd/no-server has no server" },
    { name: "no-json", data: { server: "https://no-json.test", config: '{"bearerToken": "hush' }, says: "no-json" },
    {
      name: "by-exec",
      data: { server: "https://by-exec.test", config: '{"execProviderConfig": {"command": "/bin/hush"}}' },
      says: "exec authentication",
    },
    {
      name: "by-aws",
      data: { server: "https://by-aws.test", config: '{"awsAuthConfig": {"clusterName": "hush"}}' },
      says: "AWS authentication",
    },
  ])("tells so in the Application's condition: $name", async ({ name, data, says }) => {
    await world.hub.create(secret(name, data));
    await world.hub.create(rollout(name, "web", [name]));
    const app = `${name}-${name}`;
    await eventually(async () => expect(await conditionsOf(app)).toHaveLength(1));
    const [condition] = await conditionsOf(app);
    expect(condition?.message).toContain(says);
    expect(condition?.message).toContain(`Secret argocd/${name}`);
    expect(`${condition?.message}${world.log.join("")}`).not.toContain("hush");
    expect(await stateOf(app)).toBe("Unknown Unknown");
  });
});

describe("a manifest that the member refuses", () => {
  it("is named with the member's words, and the others of the Application are applied", async () => {
    await world.hub.create(rollout("bad", "bad", ["a"]));
    await eventually(async () => expect((await world.app("bad-a"))?.status?.operationState?.phase).toBe("Failed"));
    const status = (await world.app("bad-a"))?.status;
    expect(status?.operationState?.message).toMatch(
      /one or more objects failed to apply: .*Deployment.*refused.*replicas/s,
    );
    expect(status?.conditions).toEqual([
      expect.objectContaining({ type: "SyncError", message: expect.stringContaining("refused") }),
    ]);
    expect(status?.sync?.status).toBe("OutOfSync");
    expect(await onMember("a", "ConfigMap", "good", "bad")).toMatchObject({ data: { a: "1" } });
    expect(await onMember("a", "Deployment", "refused", "bad")).toBeUndefined();
  });
});

describe("a git remote that cannot be reached", () => {
  let git: GitServer;
  let isDown = false;

  beforeAll(async () => {
    const intercept: GitServer["intercept"] = (request) => {
      if (isDown) request.socket.destroy();
      return isDown;
    };
    git = await GitServer.start({ root: world.repositories, intercept });
  });

  afterAll(() => git?.stop());

  it("deletes nothing, is told by the set, and is read when it is back", async () => {
    const remote = await makeRepository(`${world.repositories}/remote`);
    const files = { "apps/one/x.yaml": configMap("one", {}), "apps/two/x.yaml": configMap("two", {}) };
    await remote.commit("Add apps", files);
    const repoURL = `${git.url}/remote/.git`;
    const directories = [{ path: "apps/*" }];
    await world.hub.create(
      makeSet("remote", {
        generators: [{ git: { repoURL, revision: "main", directories, requeueAfterSeconds: 20 } }],
        app: {
          metadata: { name: "remote-{{path.basename}}" },
          spec: {
            source: { repoURL, path: "{{path}}", targetRevision: "main" },
            destination: { name: "b", namespace: "remote" },
            syncPolicy: { automated: { prune: true }, syncOptions: ["CreateNamespace=true"] },
          },
        },
      }),
    );
    await eventually(async () => {
      for (const app of ["remote-one", "remote-two"]) expect(await stateOf(app)).toBe("Synced Healthy");
    });

    isDown = true;
    execFileSync("git", ["-C", remote.path, "rm", "-rq", "apps/two"]);
    await remote.commit("Add an app", { "apps/three/x.yaml": configMap("three", {}) });
    await eventually(async () =>
      expect(await world.conditions("remote")).toMatchObject({
        ErrorOccurred: {
          ...{ status: "True", reason: "ApplicationGenerationFromParamsError" },
          message: expect.stringContaining(repoURL),
        },
      }),
    );
    expect(await world.namesOf("remote")).toEqual(["remote-one", "remote-two"]);
    for (const name of ["one", "two"]) expect(await onMember("b", "ConfigMap", name, "remote")).toBeDefined();

    isDown = false;
    await world.look("remote");
    await eventually(async () => {
      expect(await world.namesOf("remote")).toEqual(["remote-one", "remote-three"]);
      expect(await stateOf("remote-three")).toBe("Synced Healthy");
      expect(await onMember("b", "ConfigMap", "two", "remote")).toBeUndefined();
    });
    expect(await world.conditions("remote")).toMatchObject({ ErrorOccurred: { status: "False" } });
  });
});

describe("a set that is deleted", () => {
  it.each([
    { name: "with", preserve: false },
    { name: "without", preserve: true },
  ])("takes the objects on its members along $name the finalizer: preserve $preserve", async ({ name, preserve }) => {
    const set = `end-${name}`;
    await world.hub.create(rollout(set, "web", ["a", "b"], { syncPolicy: { preserveResourcesOnDeletion: preserve } }));
    await eventually(async () => {
      for (const member of ["a", "b"]) expect(await stateOf(`${set}-${member}`)).toBe("Synced Healthy");
    });
    await world.hub.delete("ApplicationSet", set);
    await eventually(async () => expect(await world.namesOf(set)).toEqual([]));
    for (const member of ["a", "b"]) {
      const left = await onMember(member, "ConfigMap", "web", set);
      expect(left === undefined).toBe(!preserve);
    }
  });
});
