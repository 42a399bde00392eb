import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTransport, type Transport, type TransportLimits } from "../../src/kube/transport.ts";
import { until } from "../support/clock.ts";

let server: Server;
let url: string;
let connections: Set<Socket>;
/** Requests that wait for their answer, by path. */
let waiting: Map<string, ServerResponse>;
const opened: Transport[] = [];

beforeEach(async () => {
  connections = new Set();
  waiting = new Map();
  server = createServer((request, response) => {
    connections.add(request.socket);
    if (request.url?.includes("wait")) waiting.set(request.url, response);
    else response.end(`answer to ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function open(path: string, limits: Partial<TransportLimits> = {}): Transport {
  const transport = openTransport({ server: `${url}${path}` }, { limits });
  opened.push(transport);
  return transport;
}

function get(transport: Transport, path: string, signal?: AbortSignal): Promise<string> {
  const request = { method: "GET", path, ...(signal === undefined ? {} : { signal }) };
  return transport.send(request).then(
    ({ body }) => body,
    (error: { readonly reason?: string }) => error.reason ?? "unknown",
  );
}

describe("clusters behind one address", () => {
  it("share their connections", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `/clusters/${index}`);
    for (const name of names) expect(await get(open(name), "/x")).toBe(`answer to ${name}/x`);
    // A connection is free a moment after its answer: the next call may have opened a second one by then.
    expect(connections.size).toBeLessThan(4);
  });

  it("keep apart what has other limits", async () => {
    const [first, second] = [open("/a"), open("/b", { headersMs: 1_000 })];
    await get(first, "/x");
    await get(second, "/x");
    expect(connections.size).toBe(2);
  });

  it("go on when one of them closes, whose own calls end", async () => {
    const [first, second] = [open("/a"), open("/b")];
    const [stopped, kept] = [get(first, "/wait"), get(second, "/wait")];
    await until(() => waiting.size === 2, "both calls are under way");
    await first.close();
    expect(await stopped).toBe("Aborted");
    waiting.get("/b/wait")?.end("late");
    expect(await kept).toBe("late");
    expect(await get(second, "/x")).toBe("answer to /b/x");
  });

  it("don't wait for one that has used up its own connections", async () => {
    const [slow, quick] = [open("/a", { maxConnections: 2 }), open("/b", { maxConnections: 2 })];
    const calls = [1, 2, 3].map((index) => get(slow, `/wait-${index}`));
    await until(() => waiting.size === 2, "two calls are under way");
    expect(await get(quick, "/x")).toBe("answer to /b/x");
    expect([...waiting.keys()]).toEqual(["/a/wait-1", "/a/wait-2"]);
    waiting.get("/a/wait-1")?.end("first");
    await until(() => waiting.size === 3, "the third call has its turn");
    for (const response of waiting.values()) response.end("done");
    expect(await Promise.all(calls)).toEqual(["first", "done", "done"]);
  });
});

describe("a call that waits for a connection", () => {
  it("is called off at once, and its place goes to the next", async () => {
    const transport = open("", { maxConnections: 1 });
    const first = get(transport, "/wait-1");
    await until(() => waiting.size === 1, "the first call is under way");
    const stop = new AbortController();
    const [second, third] = [get(transport, "/wait-2", stop.signal), get(transport, "/x")];
    stop.abort();
    expect(await second).toBe("Aborted");
    waiting.get("/wait-1")?.end("first");
    expect(await Promise.all([first, third])).toEqual(["first", "answer to /x"]);
    expect(waiting.has("/wait-2")).toBe(false);
  });
});
