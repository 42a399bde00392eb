import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeError } from "../../src/kube/errors.ts";
import { listAll } from "../../src/kube/list.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { FakeClock, settle, until } from "../support/clock.ts";
import { FakeApi, refuse } from "../support/fake-api.ts";

const configMaps = { group: "", version: "v1", plural: "configmaps" } as const;
const secrets = { group: "", version: "v1", plural: "secrets" } as const;
const inDefault = { ...configMaps, namespace: "default" };

function configMap(name: string, value = "1"): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { value } };
}

let api: FakeApi;
let client: KubeClient;
let server: string;

beforeEach(async () => {
  api = new FakeApi();
  server = await api.start();
  client = openKubeClient({ server, authorization: () => "Bearer s3cr3t-t0ken" });
});

afterEach(async () => {
  await client.close();
  await api.stop();
});

async function failure(call: Promise<unknown>): Promise<KubeError> {
  return call.then(
    () => expect.fail("the call went through"),
    (error: KubeError) => error,
  );
}

describe("calls", () => {
  it("creates, reads, patches, updates and deletes", async () => {
    await client.create(inDefault, configMap("a"));
    const ref = { ...inDefault, name: "a" };
    await client.patch(ref, { kind: "merge", body: { data: { more: "x" } } });
    const read = await client.get(ref);
    expect(read.data).toEqual({ value: "1", more: "x" });
    await client.update(ref, { ...read, data: { value: "2" } });
    expect(api.find("configmaps", "default/a")?.data).toEqual({ value: "2" });
    await client.delete(ref, { preconditions: { uid: read.metadata.uid ?? "" } });
    expect(api.all("configmaps")).toEqual([]);
  });

  it("sends field manager, force, dry run and the patch's type", async () => {
    const apply = { kind: "apply", body: configMap("a") } as const;
    await client.patch({ ...inDefault, name: "a" }, apply, { fieldManager: "me", force: true, dryRun: true });
    const [request] = api.requests;
    expect(request?.headers["content-type"]).toBe("application/apply-patch+yaml");
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: "me", force: "true", dryRun: "All" });
    expect(api.all("configmaps")).toEqual([]);
  });

  it("keeps integers exact that no double holds", async () => {
    const big =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","uid":"e401-1234567890123456"},"n":[9007199254740993]}';
    api.intercept = ({ method }) => (method === "GET" ? { status: 200, body: big } : undefined);
    const read = await client.get({ ...inDefault, name: "a" });
    expect(read.n).toEqual([9007199254740993n]);
    await client.patch({ ...inDefault, name: "a" }, { kind: "apply", body: read });
    expect(api.requests.at(-1)?.body).toContain('"n":[9007199254740993]');
  });

  it("lists all pages and fills in apiVersion and kind", async () => {
    for (let i = 0; i < 7; i++) api.put(configMap(`m${i}`));
    api.pageSize = 3;
    const list = await listAll(client, configMaps);
    expect(list.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => `ConfigMap m${i}`),
    );
    expect(list.resourceVersion).toBe(api.version);
  });

  it("starts a listing again when the server has forgotten its version", async () => {
    for (let i = 0; i < 5; i++) api.put(configMap(`m${i}`));
    api.pageSize = 2;
    let expired = 0;
    api.intercept = ({ query }) => {
      if (query.get("continue") !== "4" || expired++ > 0) return undefined;
      return refuse(410, "Expired", "The provided continue parameter is too old");
    };
    const list = await listAll(client, configMaps);
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  });

  it("keeps a path in the server's URL as a prefix", async () => {
    const nested = openKubeClient({ server: `${server}/clusters/a` });
    await failure(nested.get({ ...inDefault, name: "a" }));
    expect(api.requests[0]?.path).toBe("/clusters/a/api/v1/namespaces/default/configmaps/a");
    await nested.close();
  });

  it.each(["..", ".", "a/b", "a%2fb", "", "a b", "a?x=1"])(
    "refuses the name %j before anything is sent",
    async (name) => {
      const error = await client.get({ ...inDefault, name }).catch((caught: KubeError) => caught);
      expect(error).toMatchObject({ reason: "Invalid" });
      expect(api.requests).toEqual([]);
    },
  );
});

describe("discovery", () => {
  it("finds a kind, and one that was installed later", async () => {
    const clock = new FakeClock();
    const late = openKubeClient({ server }, { clock });
    expect(await late.resourceFor("apps/v1", "Deployment")).toMatchObject({ plural: "deployments", namespaced: true });
    expect(await failure(late.resourceFor("example.com/v1", "Widget"))).toMatchObject({ reason: "NotFound" });
    api.kinds.push({ apiVersion: "example.com/v1", kind: "Widget", plural: "widgets", namespaced: false });
    await clock.advance(2_000);
    expect(await late.resourceFor("example.com/v1", "Widget")).toMatchObject({ plural: "widgets", namespaced: false });
    await late.close();
  });

  it("asks once for any number of callers", async () => {
    await Promise.all(Array.from({ length: 20 }, () => client.resourceFor("v1", "ConfigMap")));
    expect(api.requests.length).toBe(1);
  });
});

describe("failures", () => {
  it.each([
    ["NotFound", refuse(404, "NotFound", 'configmaps "a" not found')],
    ["AlreadyExists", refuse(409, "AlreadyExists", "already exists")],
    ["Conflict", refuse(409, "Conflict", "has been modified")],
    ["Invalid", refuse(422, "Invalid", "spec.x is wrong", { causes: [{ field: "spec.x" }] })],
    ["Forbidden", refuse(403, "Forbidden", "may not")],
    ["Unauthorized", refuse(401, "Unauthorized", "who")],
    ["Expired", refuse(410, "Gone", "gone")],
    ["InternalError", { status: 500, body: "<html>oops</html>" }],
    ["RequestEntityTooLarge", refuse(413, "RequestEntityTooLarge", "too large")],
  ] as const)("tells %s and names object and server, but no token", async (reason, answer) => {
    api.intercept = () => answer;
    const error = await failure(client.get({ ...inDefault, name: "a" }));
    expect(error).toMatchObject({ name: "KubeError", reason, code: answer.status });
    expect(error.message).toContain("configmaps default/a");
    expect(error.message).toContain(server);
    expect(JSON.stringify([error.message, error.details])).not.toContain("s3cr3t-t0ken");
  });

  it.each([
    [422, "Invalid"],
    [400, "BadRequest"],
    [500, "InternalError"],
  ])("does not repeat what the server quotes from a Secret with %i", async (code, reason) => {
    const quoted = 'Secret "a" is invalid: data[x]: Invalid value: "hunter22"';
    api.intercept = () => refuse(code, reason, quoted, { causes: [{ field: "data[x]" }] });
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } };
    const error = await failure(client.create({ ...secrets, namespace: "default" }, secret));
    expect(error.message).not.toContain("hunter22");
    expect(error.message).toContain("data[x]");
  });

  it("takes an HTML page for what it is", async () => {
    api.intercept = () => ({ status: 200, body: "<html>sign in</html>" });
    expect(await failure(client.get({ ...inDefault, name: "a" }))).toMatchObject({ reason: "BadAnswer" });
  });

  it("tells that nobody listens", async () => {
    await api.stop();
    const error = await failure(client.get({ ...inDefault, name: "a" }));
    expect(error).toMatchObject({ reason: "Unreachable", retryable: true });
    expect(error.message).toContain("connection refused");
  });

  it("gives up on an answer that does not come", async () => {
    const hasty = openKubeClient({ server }, { limits: { callMs: 50 } });
    api.intercept = () => "handled";
    expect(await failure(hasty.get({ ...inDefault, name: "a" }))).toMatchObject({ reason: "Timeout" });
    await hasty.close();
  });

  it("refuses an answer that is too large", async () => {
    const small = openKubeClient({ server }, { limits: { maxAnswerBytes: 1_000 } });
    api.put(configMap("a", "x".repeat(5_000)));
    expect(await failure(small.get({ ...inDefault, name: "a" }))).toMatchObject({ reason: "BadAnswer" });
    await small.close();
  });

  it("ends a call when its signal aborts", async () => {
    api.intercept = () => "handled";
    const stop = new AbortController();
    const call = failure(client.get({ ...inDefault, name: "a" }, { signal: stop.signal }));
    await until(() => api.requests.length === 1, "the request is there");
    stop.abort();
    expect(await call).toMatchObject({ reason: "Aborted" });
  });
});

describe("retries", () => {
  it.each([
    ["get", "GET", (c: KubeClient) => c.get({ ...inDefault, name: "a" })],
    [
      "apply",
      "PATCH",
      (c: KubeClient) => c.patch({ ...inDefault, name: "a" }, { kind: "apply", body: configMap("a") }),
    ],
    ["delete", "DELETE", (c: KubeClient) => c.delete({ ...inDefault, name: "a" })],
  ] as const)("sends %s again after the wait that the server asks for", async (_verb, method, call) => {
    api.put(configMap("a"));
    let refused = 0;
    api.intercept = () =>
      refused++ < 2 ? { ...refuse(429, "TooManyRequests", "slow down"), headers: { "retry-after": "3" } } : undefined;
    const clock = new FakeClock();
    const patient = openKubeClient({ server }, { clock });
    const done = call(patient);
    for (const sent of [1, 2]) {
      await until(() => api.requests.length === sent && clock.nextInMs === 3_000, `try ${sent} waits`);
      await clock.advance(2_999);
      expect(api.requests.length).toBe(sent);
      await clock.advance(1);
    }
    await done;
    expect(api.requests.map((request) => request.method)).toEqual([method, method, method]);
    await patient.close();
  });

  it("never sends a create twice and says when to try again", async () => {
    api.intercept = () => ({ ...refuse(429, "TooManyRequests", "slow down"), headers: { "retry-after": "7" } });
    const error = await failure(client.create(inDefault, configMap("a")));
    expect(error).toMatchObject({ reason: "TooManyRequests", retryAfterMs: 7_000 });
    expect(api.requests.length).toBe(1);
  });

  it("takes a fresh connection when a kept one was closed", async () => {
    api.put(configMap("a"));
    let broken = 0;
    api.intercept = (_request, response) => {
      if (broken++ > 0) return undefined;
      response.destroy();
      return "handled";
    };
    expect((await client.get({ ...inDefault, name: "a" })).metadata.name).toBe("a");
  });

  it("gives up after some tries", async () => {
    api.intercept = () => refuse(503, "ServiceUnavailable", "starting");
    const clock = new FakeClock();
    const patient = openKubeClient({ server }, { clock, random: () => 0 });
    const call = failure(patient.get({ ...inDefault, name: "a" }));
    for (const sent of [1, 2, 3]) {
      const waitMs = 100 * 2 ** (sent - 1);
      await until(() => api.requests.length === sent && clock.nextInMs === waitMs, `try ${sent} waits`);
      await clock.advance(waitMs);
    }
    expect(await call).toMatchObject({ reason: "ServiceUnavailable" });
    expect(api.requests.length).toBe(4);
    await patient.close();
  });
});

describe("watch", () => {
  it("yields changes as they happen until the signal aborts", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of client.watch(configMaps, { resourceVersion: api.version, signal: stop.signal })) {
        seen.push(`${event.type} ${event.object.metadata.name}`);
      }
    })();
    await until(() => api.watching === 1, "the watch is open");
    const object = api.put(configMap("a"));
    api.put(configMap("a", "2"));
    api.remove(object);
    await until(() => seen.length === 3, "three events are there");
    expect(seen).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
    stop.abort();
    expect(await failure(watching)).toMatchObject({ reason: "Aborted" });
  });

  it.each([
    ["an expired version", '{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"old"}}', "Expired"],
    ["a line that is no JSON", '{"type":"ADDED","obj', "BadAnswer"],
    ["an event of no known type", '{"type":"FUSED","object":{"metadata":{}}}', "BadAnswer"],
    ["an event without an object", '{"type":"ADDED"}', "BadAnswer"],
  ])("fails on %s", async (_what, line, reason) => {
    api.intercept = (_request, response) => {
      response.end(`${line}\n`);
      return "handled";
    };
    const all = (async () => {
      for await (const _event of client.watch(configMaps)) await settle(1);
    })();
    expect(await failure(all)).toMatchObject({ reason });
  });

  it("reads events that arrive in pieces, in the middle of a letter too", async () => {
    const line = Buffer.from('{"type":"ADDED","object":{"metadata":{"name":"ä"}}}\n');
    api.intercept = (_request, response) => {
      const cut = line.indexOf(0xc3) + 1;
      response.write(line.subarray(0, cut));
      setImmediate(() => response.end(Buffer.concat([line.subarray(cut), Buffer.from('{"type":"ADD')])));
      return "handled";
    };
    const names: string[] = [];
    for await (const event of client.watch(configMaps)) names.push(event.object.metadata.name);
    expect(names).toEqual(["ä"]);
  });
});
