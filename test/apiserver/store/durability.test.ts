import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningApiServer, startApiServer } from "../../../src/apiserver/start.ts";
import { MemoryJournal } from "../../support/memory-journal.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const merge = "application/merge-patch+json";

// For the keys of the server alone, which take a while to make.
const folder = mkdtempSync(join(tmpdir(), "fleetset-durability-"));

let journal: MemoryJournal;
let server: RunningApiServer;
let told: unknown[];

async function start(): Promise<void> {
  told = [];
  server = await startApiServer({
    ...{ plainHttp: true, dataDir: folder, journal, limits: { bookmarkIntervalMs: 2 } },
    onError: (error) => told.push(error),
  });
}

interface Asked {
  readonly status: number;
  readonly text: string;
}

async function ask(method: string, path: string, body?: unknown, type = "application/json"): Promise<Asked> {
  const headers = { authorization: `Bearer ${server.token}`, "content-type": type };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(server.url + path, init);
  return { status: response.status, text: await response.text() };
}

const mapOf = (name: string, data: object = {}) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap" },
  ...{ metadata: { name, namespace: "default" }, data },
});

const crd = {
  ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  metadata: { name: "things.example.com" },
  spec: {
    ...{ group: "example.com", scope: "Namespaced", names: { plural: "things", kind: "Thing" } },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

/** Lets everything run that could: the answer to a request on the same machine needs a few turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function isAnswered(request: Promise<unknown>): () => boolean {
  let answered = false;
  const note = () => {
    answered = true;
  };
  request.then(note, note);
  return () => answered;
}

/** Until the server has taken as many writes, none of which is durable. */
async function untilWaiting(count: number): Promise<void> {
  while (journal.waiting < count) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  journal = new MemoryJournal();
  await start();
  for (const name of ["old", "changed"]) expect((await ask("POST", maps, mapOf(name))).status).toBe(201);
});

afterEach(() => server.close());

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writes: readonly [string, () => Promise<Asked>, number][] = [
  ["a creation", () => ask("POST", maps, mapOf("new")), 201],
  ["a replacement", () => ask("PUT", `${maps}/changed`, mapOf("changed", { a: "2" })), 200],
  ["a patch", () => ask("PATCH", `${maps}/changed`, { data: { a: "2" } }, merge), 200],
  ["an apply", () => ask("PATCH", `${maps}/new?fieldManager=me`, mapOf("new"), "application/apply-patch+yaml"), 201],
  ["a deletion", () => ask("DELETE", `${maps}/old`), 200],
  ["a deletion of all", () => ask("DELETE", maps), 200],
];

describe("an acknowledgement", () => {
  it.each(writes)("of %s waits until it is on disk", async (_, write, status) => {
    const before = new Map(journal.durable.get(""));
    journal.hold();
    const asked = write();
    const answered = isAnswered(asked);
    await untilWaiting(1);
    await turns();
    expect(answered()).toBe(false);
    expect(journal.durable.get("")).toEqual(before);
    journal.release();
    expect((await asked).status).toBe(status);
    expect(journal.waiting).toBe(0);
    expect(journal.durable.get("")).not.toEqual(before);
  });

  it("of a write in the same process waits, too", async () => {
    journal.hold();
    const created = server.cluster("").create({ group: "", version: "v1", plural: "configmaps" }, mapOf("new"));
    const answered = isAnswered(created);
    await turns();
    expect(answered()).toBe(false);
    journal.release();
    expect((await created).metadata?.name).toBe("new");
  });

  it("does not come when the write cannot be made durable, and nothing comes after it", async () => {
    journal.hold();
    const asked = ask("POST", maps, mapOf("new"));
    await untilWaiting(1);
    journal.fail(new Error("no space left on device"));
    expect((await asked).status).toBe(500);
    expect((await ask("POST", maps, mapOf("newer"))).status).toBe(500);
    expect((await ask("GET", `${maps}/old`)).status).toBe(500);
    expect(told.length).toBeGreaterThan(0);
  });
});

const readers: readonly [string, () => Promise<Asked>][] = [
  ["a get of what was created", () => ask("GET", `${maps}/new`)],
  ["a get of what was changed", () => ask("GET", `${maps}/changed`)],
  ["a get of what was deleted", () => ask("GET", `${maps}/old`)],
  ["a list", () => ask("GET", maps)],
  ["a list of old", () => ask("GET", `${maps}?resourceVersion=0`)],
  ["a page", () => ask("GET", `${maps}?limit=1`)],
  ["a watch of all there is", () => ask("GET", `${maps}?watch=true&resourceVersion=0&timeoutSeconds=1`)],
  ["a second creation", () => ask("POST", maps, mapOf("new"))],
  ["a second deletion", () => ask("DELETE", `${maps}/old`)],
  ["an update of what was deleted", () => ask("PATCH", `${maps}/old`, { data: {} }, merge)],
  ["an update that changes nothing", () => ask("PATCH", `${maps}/changed`, { data: { a: "2" } }, merge)],
  [
    "an update of an old version",
    () => ask("PATCH", `${maps}/changed`, { metadata: { resourceVersion: "1" }, data: { a: "3" } }, merge),
  ],
  ["a dry run", () => ask("POST", `${maps}?dryRun=All`, mapOf("new"))],
];

describe("what is not on disk", () => {
  async function heldWrites(): Promise<Promise<Asked>[]> {
    journal.hold();
    const held = [
      ask("POST", maps, mapOf("new")),
      ask("PATCH", `${maps}/changed`, { data: { a: "2" } }, merge),
      ask("DELETE", `${maps}/old`),
    ];
    await untilWaiting(3);
    return held;
  }

  it.each(readers)("is shown by nothing: %s waits", async (_, read) => {
    const held = await heldWrites();
    const asked = read();
    const answered = isAnswered(asked);
    await turns();
    expect(answered()).toBe(false);
    journal.release();
    expect((await asked).status).toBeLessThan(500);
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([201, 200, 200]);
  });

  it.each(readers)("is shown by nothing when it never gets there: %s fails", async (_, read) => {
    const held = await heldWrites();
    const asked = read();
    await turns();
    journal.fail(new Error("input/output error"));
    for (const { status, text } of [await asked, ...(await Promise.all(held))]) {
      expect(status).toBe(500);
      expect(text).not.toContain("resourceVersion");
    }
  });

  it("is in no watch, and in no bookmark", async () => {
    const controller = new AbortController();
    const { resourceVersion } = JSON.parse((await ask("GET", maps)).text).metadata as { resourceVersion: string };
    const path = `${maps}?watch=true&resourceVersion=${resourceVersion}&allowWatchBookmarks=true`;
    const headers = { authorization: `Bearer ${server.token}` };
    const response = await fetch(server.url + path, { headers, signal: controller.signal });
    const lines: string[] = [];
    const read = (async () => {
      for await (const chunk of response.body ?? []) lines.push(...new TextDecoder().decode(chunk).trim().split("\n"));
    })();
    const ended = isAnswered(read);
    const until = async (type: string, count: number) => {
      while (lines.filter((line) => line.includes(`"type":"${type}"`)).length < count && !ended()) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await until("BOOKMARK", 1);
    const held = await heldWrites();
    lines.length = 0;
    await until("BOOKMARK", 3);
    expect(new Set(lines.map((line) => JSON.parse(line).object.metadata.resourceVersion))).toEqual(
      new Set([resourceVersion]),
    );
    journal.release();
    await Promise.all(held);
    await until("DELETED", 1);
    await until("ADDED", 1);
    await until("MODIFIED", 1);
    const events = lines.map((line) => JSON.parse(line) as { readonly type: string });
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["ADDED", "BOOKMARK", "DELETED", "MODIFIED"]));
    controller.abort();
    await read.catch(() => undefined);
  });

  it("is no kind that can be discovered or used", async () => {
    journal.hold();
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const held = ask("POST", definitions, crd);
    await untilWaiting(1);
    expect((await ask("GET", "/apis")).text).not.toContain("example.com");
    expect((await ask("GET", "/apis/example.com/v1/things")).status).toBe(404);
    journal.release();
    expect((await held).status).toBe(201);
    expect((await ask("GET", "/apis/example.com/v1/things")).status).toBe(200);
  });

  it("is gone after a crash, and everything acknowledged is there", async () => {
    journal.hold();
    const held = isAnswered(ask("DELETE", `${maps}/old`));
    await untilWaiting(1);
    const crashed = new MemoryJournal();
    for (const [cluster, objects] of journal.durable) {
      for (const entry of objects.values()) crashed.append(cluster, entry);
    }
    await crashed.flushed();
    expect(held()).toBe(false);
    await server.close();
    journal = crashed;
    await start();
    expect((await ask("GET", `${maps}/old`)).status).toBe(200);
  });
});
