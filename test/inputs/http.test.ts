import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpOptions, HttpQuestion } from "../../generators/ports.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { HttpClient } from "../../src/inputs/http.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { bodyOf, serve, type TestServer } from "../support/http-fixture.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args);
  open.push(server);
  return server;
}

function client(environment: { readonly [name: string]: string } = {}): HttpClient {
  const http = new HttpClient({ environment });
  open.push(http);
  return http;
}

async function failureOf(question: HttpQuestion, options: HttpOptions = {}): Promise<GenerationError> {
  const error: unknown = await client()
    .request(question, options)
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GenerationError);
  return error as GenerationError;
}

describe("a question", () => {
  it("goes out with its method, headers and body, and the answer comes back whole", async () => {
    const { url } = await start(async (request, response) => {
      const { method, url: path, headers } = request;
      const seen = { method, path, agent: headers["user-agent"], key: headers["x-key"], body: await bodyOf(request) };
      response.writeHead(201, { "content-type": "application/json", link: ["<a>", "<b>"] }).end(JSON.stringify(seen));
    });
    const answer = await client().request({
      method: "POST",
      url: `${url}/a?b=c`,
      headers: { "x-key": "1" },
      body: "ü",
    });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ "content-type": "application/json", link: "<a>, <b>" });
    expect(JSON.parse(answer.text())).toEqual({
      method: "POST",
      path: "/a?b=c",
      agent: "fleetset",
      key: "1",
      body: "ü",
    });
  });

  it.each([404, 429, 500, 503])("that is answered with %s is answered all the same", async (status) => {
    const { url } = await start((_request, response) => void response.writeHead(status).end("no"));
    const answer = await client().request({ url });
    expect([answer.status, answer.text()]).toEqual([status, "no"]);
  });

  it("names the place without login and query when nobody is there, and may be asked again", async () => {
    const server = await start(() => undefined);
    await server.close();
    const error = await failureOf({ url: `${server.url}/rows?token=s3cret` });
    expect(error.message).toBe(`GET ${server.url}/rows: the connection was refused`);
    expect(error.retryable).toBe(true);
  });

  it.each([
    ["http://me:s3cret@127.0.0.1:1/x", "GET http://127.0.0.1:1/x: it holds a login"],
    ["ftp://127.0.0.1/x", "GET ftp://127.0.0.1/x: its protocol ftp is not http or https"],
    ["no url", 'GET "no url": it is no URL'],
  ])("to %s is refused", async (url, message) => {
    const error = await failureOf({ url });
    expect(error.message).toBe(message);
    expect(error.retryable).toBe(false);
  });

  it("ends when its signal says so", async () => {
    const { url } = await start(() => undefined);
    const stop = new AbortController();
    const asked = client().request({ url }, { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });

  it("goes through the proxy of the environment, except where that says not to", async () => {
    const { host } = await start((_request, response) => void response.end("through"));
    const asked: string[] = [];
    const proxy = await start(() => undefined);
    const sockets: Socket[] = [];
    proxy.server.on("connect", (request, socket: Socket) => {
      asked.push(request.url ?? "");
      const onward = connect(Number(host.split(":")[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      sockets.push(socket, onward);
    });
    const environment = { http_proxy: proxy.url, no_proxy: "internal.invalid" };
    const answer = await client(environment).request({ url: "http://plugin.invalid/" });
    expect(answer.text()).toBe("through");
    expect(asked).toEqual(["plugin.invalid:80"]);
    await expect(client(environment).request({ url: "http://a.internal.invalid/" })).rejects.toThrow(GenerationError);
    expect(asked).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
  });
});

describe("a hostile server", () => {
  it("that is silent is given up, before the answer and within it", async () => {
    const { url } = await start((request, response) => {
      if (request.url === "/half") response.writeHead(200).write("{");
    });
    for (const path of ["/", "/half"]) {
      const error = await failureOf({ url: `${url}${path}` }, { silenceMs: 100 });
      expect(error.message).toBe(`GET ${url}${path}: the server was silent for 0.1 s`);
      expect(error.retryable).toBe(true);
    }
  });

  it("that dribbles is given up too", async () => {
    const { url } = await start((_request, response) => {
      const drops = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drops));
    });
    const error = await failureOf({ url }, { silenceMs: 5_000, totalMs: 150 });
    expect(error.message).toBe(`GET ${url}/: it takes longer than 0.15 s`);
    expect(error.retryable).toBe(true);
  });

  it("that sends 200 MB is not listened to beyond what is allowed", async () => {
    let sent = 0;
    const megabyte = Buffer.alloc(1 << 20, "x");
    let onClose = (): void => undefined;
    const closed = new Promise<void>((resolve) => (onClose = resolve));
    const { url } = await start((_request, response) => {
      response.on("close", onClose);
      const more = (): void => {
        while (sent < 200 && !response.destroyed) {
          sent++;
          if (!response.write(megabyte)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const error = await failureOf({ url }, { maxBytes: 1 << 20 });
    await closed;
    expect(error.message).toBe(`GET ${url}/: it sends more than the 1048576 bytes that are allowed`);
    expect(sent).toBeLessThan(100);
  });

  it("that breaks off leaves no half answer", async () => {
    const { url } = await start((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"rows": [', () => response.destroy());
    });
    const error = await failureOf({ url });
    expect(error.message).toBe(`GET ${url}/: the connection was lost`);
    expect(error.retryable).toBe(true);
  });
});

describe("a redirect", () => {
  const credentials = {
    authorization: "Bearer s3cret",
    "private-token": "s3cret",
    cookie: "s=1",
    accept: "text/plain",
  };

  async function twoHosts(status = 302) {
    const seen: { readonly [name: string]: unknown }[] = [];
    const other = await start((request, response) => {
      seen.push(request.headers);
      response.end("other");
    });
    const own = await start((request, response) => {
      if (request.url === "/home")
        return void response.end(`home with ${request.headers.authorization} by ${request.method}`);
      const location = request.url === "/away" ? `${other.url}/?from=own` : "/home";
      response.writeHead(request.url === "/loop" ? 302 : status, {
        location: request.url === "/loop" ? "/loop" : location,
      });
      response.end();
    });
    return { own, other, seen };
  }

  it("on the same host is followed with its credentials", async () => {
    const { own } = await twoHosts();
    const answer = await client().request({ url: `${own.url}/`, headers: credentials });
    expect(answer.text()).toBe("home with Bearer s3cret by GET");
  });

  it.each([
    [302, "GET"],
    [303, "GET"],
    [307, "POST"],
    [308, "POST"],
  ])("with %s turns a POST into %s", async (status, method) => {
    const { own } = await twoHosts(status);
    const answer = await client().request({ method: "POST", url: own.url, headers: credentials, body: "x" });
    expect(answer.text()).toContain(`by ${method}`);
  });

  it("to another host is not followed", async () => {
    const { own, other, seen } = await twoHosts();
    const error = await failureOf({ url: `${own.url}/away`, headers: credentials });
    expect(error.message).toBe(`GET ${own.url}/away: it redirects to ${other.url}/, which is another host`);
    expect(error.retryable).toBe(false);
    expect(seen).toEqual([]);
  });

  it("to another host is followed without any credential where that is asked for", async () => {
    const { own, seen } = await twoHosts();
    const answer = await client().request({ url: `${own.url}/away`, headers: credentials }, { redirects: "anyHost" });
    expect(answer.text()).toBe("other");
    expect(Object.keys(seen[0] ?? {}).sort()).toEqual(["accept", "connection", "host", "user-agent"]);
  });

  it("to another host never takes what was sent along", async () => {
    const { own, seen } = await twoHosts(307);
    const error = await failureOf({ method: "POST", url: `${own.url}/away`, body: "s3cret" }, { redirects: "anyHost" });
    expect(error.message).toContain("redirects what is sent to");
    expect(seen).toEqual([]);
  });

  it("is refused where none is expected, and in a circle", async () => {
    const { own } = await twoHosts();
    expect((await failureOf({ url: own.url }, { redirects: "refuse" })).message).toContain("it redirects to");
    expect((await failureOf({ url: `${own.url}/loop` })).message).toContain("it redirects more than 5 times");
  });
});

describe("TLS", () => {
  it("trusts nobody but the authorities given, or anybody when told so", async () => {
    const authority = makeAuthority();
    const server = createTlsServer(makeCertificate(authority, "localhost"));
    const { host } = await start((_request, response) => void response.end("safe"), server as unknown as Server);
    const url = `https://localhost:${host.split(":")[1]}/`;
    const error = await failureOf({ url });
    expect(error.message).toContain("its certificate is not trusted");
    expect(error.retryable).toBe(false);
    for (const tls of [{ authorities: authority.cert }, { isInsecure: true }]) {
      expect((await client().request({ url, tls })).text()).toBe("safe");
    }
    expect((await failureOf({ url })).message).toContain("not trusted");
  });
});
