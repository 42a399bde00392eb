import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningApiServer, startApiServer } from "../../../src/apiserver/start.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const things = "/apis/example.com/v1/namespaces/default/things";
const merge = "application/merge-patch+json";

let dataDir: string;
let server: RunningApiServer;
/** Work of the server's own that waits: while it is held, the server stands as one does that is killed at that moment. */
let held: (() => void)[] | undefined;

async function start(): Promise<void> {
  server = await startApiServer({
    ...{ plainHttp: true, dataDir },
    schedule(task) {
      if (held === undefined) setImmediate(task);
      else held.push(task);
    },
  });
}

async function restart(): Promise<void> {
  await server.close();
  held = undefined;
  await start();
}

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly deletionTimestamp?: string;
}

interface Body {
  readonly metadata: Meta;
  readonly items: readonly { readonly metadata: Meta }[];
  readonly [field: string]: unknown;
}

async function ask(method: string, path: string, body?: unknown, type = "application/json") {
  const headers = { authorization: `Bearer ${server.token}`, "content-type": type };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(server.url + path, init);
  const text = await response.text();
  // What is no resource at all is told in plain text.
  return { status: response.status, body: JSON.parse(text.startsWith("{") ? text : "{}") as Body };
}

async function make(path: string, kind: string, name: string, metadata: object = {}) {
  const apiVersion = path.startsWith("/api/v1") ? "v1" : path.split("/").slice(2, 4).join("/");
  const { status, body } = await ask("POST", path, { apiVersion, kind, metadata: { name, ...metadata } });
  expect(status).toBe(201);
  return body;
}

async function namesIn(path: string): Promise<string[]> {
  return (await ask("GET", path)).body.items.map(({ metadata }) => metadata.name);
}

/** Until the server has nothing left to do of its own: its work is done turn by turn, and no clock is in it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) if (await isSo()) return;
  throw new Error("it did not come to that");
}

interface Event {
  readonly type: string;
  readonly object: { readonly code?: number; readonly reason?: string; readonly metadata: Meta };
}

async function firstEvent(path: string): Promise<Event> {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}` } });
  const reader = response.body?.getReader();
  const chunk = await reader?.read();
  await reader?.cancel();
  return JSON.parse(new TextDecoder().decode(chunk?.value).split("\n")[0] ?? "") as Event;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "fleetset-restart-"));
  held = undefined;
  await start();
});

afterEach(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const crd = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  metadata: { name: "things.example.com" },
  spec: {
    ...{ group: "example.com", scope: "Namespaced", names: { plural: "things", kind: "Thing" } },
    versions: [
      {
        ...{ name: "v1", served: true, storage: true },
        schema: {
          openAPIV3Schema: { type: "object", properties: { size: { type: "integer", default: 3 } } },
        },
      },
    ],
  },
};

describe("after a restart", () => {
  it("a list has its version, and a watch goes on from it", async () => {
    await make(maps, "ConfigMap", "a");
    const before = (await ask("GET", maps)).body;
    await restart();
    const after = (await ask("GET", maps)).body;
    expect(after).toEqual(before);
    const { resourceVersion } = after.metadata;
    const event = firstEvent(`${maps}?watch=true&resourceVersion=${resourceVersion}`);
    await make(maps, "ConfigMap", "b");
    expect((await event).type).toBe("ADDED");
    expect((await event).object.metadata.name).toBe("b");
    expect(Number((await event).object.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
  });

  it("a watch from an older version is told that it is gone", async () => {
    const { resourceVersion } = (await ask("GET", maps)).body.metadata;
    await make(maps, "ConfigMap", "a");
    await restart();
    const event = await firstEvent(`${maps}?watch=true&resourceVersion=${resourceVersion}`);
    expect(event.type).toBe("ERROR");
    expect(event.object).toMatchObject({ code: 410, reason: "Expired" });
  });

  it("a version does not come again, not even that of what was deleted last", async () => {
    await make(maps, "ConfigMap", "a");
    const deleted = (await ask("DELETE", `${maps}/a`)).status;
    const { resourceVersion } = (await ask("GET", maps)).body.metadata;
    await restart();
    expect(deleted).toBe(200);
    expect(Number((await make(maps, "ConfigMap", "b")).metadata.resourceVersion)).toBe(Number(resourceVersion) + 1);
  });

  it("the next page of a list comes where nothing has changed since", async () => {
    for (const name of ["a", "b", "c"]) await make(maps, "ConfigMap", name);
    const first = (await ask("GET", `${maps}?limit=2`)).body;
    await restart();
    const next = `${maps}?limit=2&continue=${encodeURIComponent(first.metadata.continue ?? "")}`;
    const second = await ask("GET", next);
    expect(second.body.items.map(({ metadata }) => metadata.name)).toEqual(["c"]);
    expect(second.body.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it("the next page of a list that has changed is gone, and its token leads to the rest as it is now", async () => {
    for (const name of ["a", "b", "c"]) await make(maps, "ConfigMap", name);
    const first = (await ask("GET", `${maps}?limit=2`)).body;
    await make(maps, "ConfigMap", "d");
    await restart();
    const next = (token = "") => ask("GET", `${maps}?limit=2&continue=${encodeURIComponent(token)}`);
    const expired = await next(first.metadata.continue);
    expect(expired.status).toBe(410);
    const rest = await next(expired.body.metadata.continue);
    expect(rest.body.items.map(({ metadata }) => metadata.name)).toEqual(["c", "d"]);
  });

  it("kinds of CRDs are there with the first request", async () => {
    expect((await ask("POST", definitions, crd)).status).toBe(201);
    await make(things, "Thing", "a");
    await restart();
    const [list, groups, definition] = await Promise.all([
      ask("GET", things),
      ask("GET", "/apis"),
      ask("GET", `${definitions}/things.example.com`),
    ]);
    expect(list.body.items.map(({ metadata }) => metadata.name)).toEqual(["a"]);
    expect(JSON.stringify(groups.body)).toContain("example.com");
    expect(JSON.stringify(definition.body.status)).toContain('"type":"Established"');
    expect((await make(things, "Thing", "b")).size).toBe(3);
  });

  it("nothing is written while nothing is to do", async () => {
    expect((await ask("POST", definitions, crd)).status).toBe(201);
    await until(async () =>
      JSON.stringify((await ask("GET", `${definitions}/things.example.com`)).body).includes("Established"),
    );
    await make(things, "Thing", "a");
    const { resourceVersion } = (await ask("GET", maps)).body.metadata;
    for (let again = 0; again < 2; again += 1) await restart();
    await new Promise((resolve) => setImmediate(resolve));
    expect((await ask("GET", maps)).body.metadata.resourceVersion).toBe(resourceVersion);
  });
});

describe("work that a stop cut off goes on:", () => {
  it("garbage collection", async () => {
    const owner = await make(maps, "ConfigMap", "owner");
    const { uid } = owner.metadata;
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
    await make(maps, "ConfigMap", "child", { ownerReferences });
    held = [];
    expect((await ask("DELETE", `${maps}/owner`)).status).toBe(200);
    expect(await namesIn(maps)).toEqual(["child"]);
    await restart();
    await until(async () => (await namesIn(maps)).length === 0);
  });

  it("a deletion in the foreground", async () => {
    const owner = await make(maps, "ConfigMap", "owner");
    const { uid } = owner.metadata;
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, blockOwnerDeletion: true };
    await make(maps, "ConfigMap", "child", { ownerReferences: [reference] });
    held = [];
    const options = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Foreground" };
    expect((await ask("DELETE", `${maps}/owner`, options)).body.metadata.deletionTimestamp).toBeDefined();
    expect(await namesIn(maps)).toEqual(["child", "owner"]);
    await restart();
    await until(async () => (await namesIn(maps)).length === 0);
  });

  it("a deletion that a finalizer holds", async () => {
    await make(maps, "ConfigMap", "held", { finalizers: ["example.com/hold"] });
    await ask("DELETE", `${maps}/held`);
    await restart();
    expect((await ask("GET", `${maps}/held`)).body.metadata.deletionTimestamp).toBeDefined();
    await ask("PATCH", `${maps}/held`, { metadata: { finalizers: null } }, merge);
    expect(await namesIn(maps)).toEqual([]);
  });

  it("the end of a namespace", async () => {
    await make("/api/v1/namespaces", "Namespace", "going");
    await make("/api/v1/namespaces/going/configmaps", "ConfigMap", "a");
    held = [];
    expect((await ask("DELETE", "/api/v1/namespaces/going")).status).toBe(200);
    expect(await namesIn("/api/v1/namespaces/going/configmaps")).toEqual(["a"]);
    await restart();
    await until(async () => (await ask("GET", "/api/v1/namespaces/going")).status === 404);
    expect((await ask("GET", "/api/v1/namespaces/going/configmaps")).body.items).toEqual([]);
  });

  it("the end of a kind", async () => {
    expect((await ask("POST", definitions, crd)).status).toBe(201);
    await make(things, "Thing", "a");
    held = [];
    expect((await ask("DELETE", `${definitions}/things.example.com`)).status).toBe(200);
    await restart();
    await until(async () => (await ask("GET", `${definitions}/things.example.com`)).status === 404);
    expect((await ask("GET", things)).status).toBe(404);
  });
});
