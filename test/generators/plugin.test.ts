import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { defaultGeneratorLimits } from "../../generators/limits.ts";
import { FleetError } from "../../src/base/errors.ts";
import { HttpClient } from "../../src/inputs/http.ts";
import { HttpCache } from "../../src/inputs/http-cache.ts";
import { type GenerateOptions, generate } from "../../src/render/generate.ts";
import { FakeClock } from "../support/clock.ts";
import { bodyOf, serve } from "../support/http-fixture.ts";
import { makeSet } from "../support/make.ts";
import { fakePorts } from "../support/ports.ts";

const token = "s3cret-token";
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Asked {
  readonly path: string;
  readonly headers: { readonly [name: string]: unknown };
  readonly body: { readonly input: { readonly parameters?: { readonly [key: string]: unknown } } };
}

type Reply = (response: ServerResponse, asked: Asked) => void;

/** A plugin on loopback, with the hub's ConfigMap and Secret for it. */
async function plugin(reply: Reply, configMap: { readonly [key: string]: string } = {}) {
  const asked: Asked[] = [];
  const server = await serve(async (request, response) => {
    const one = { path: request.url ?? "", headers: request.headers, body: JSON.parse(await bodyOf(request)) };
    asked.push(one);
    reply(response, one);
  });
  const http = new HttpClient();
  open.push(server, http);
  const clock = new FakeClock();
  const cache = new HttpCache(http, { clock });
  const world = {
    configMaps: { tenants: { baseUrl: server.url, token: "$tokens:plugin", ...configMap } },
    secrets: { tokens: { plugin: `${token}\n`, empty: " " }, "argocd-secret": { "plugin.token": token } },
  };
  const run = async (generators: unknown, spec: object = {}, options: GenerateOptions = {}) => {
    const set = makeSet({ generators, goTemplate: true, ...spec });
    return (await generate(set, fakePorts({ ...world, http: cache.port() }), options)).expansion;
  };
  return { asked, run, clock, url: server.url };
}

function ok(parameters: unknown): Reply {
  return (response) => void response.end(JSON.stringify({ output: { parameters } }));
}

const entry = (more: object = {}) => ({ plugin: { configMapRef: { name: "tenants" }, ...more } });

async function failureOf(run: Promise<unknown>): Promise<FleetError> {
  const error: unknown = await run.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FleetError);
  expect(String((error as Error).message) + JSON.stringify((error as FleetError).details)).not.toContain(token);
  return error as FleetError;
}

describe("the question", () => {
  it("carries the set's name, the parameters and the token", async () => {
    const { asked, run } = await plugin(ok([]));
    await run([entry({ input: { parameters: { region: "eu", limits: { cpu: 2 } } } }), entry()]);
    expect(asked.map(({ body }) => body)).toEqual([
      { applicationSetName: "fleet", input: { parameters: { region: "eu", limits: { cpu: 2 } } } },
      { applicationSetName: "fleet", input: {} },
    ]);
    expect(asked[0]).toMatchObject({
      path: "/api/v1/getparams.execute",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "user-agent": "argocd-applicationset",
      },
    });
  });

  it("is asked once for many rows, and again when its interval is over", async () => {
    const { asked, run, clock } = await plugin(ok([{ a: "x" }]));
    const elements = Array.from({ length: 20 }, (_, index) => ({
      region: index % 2 === 0 ? "eu" : "us",
      n: `${index}`,
    }));
    const asks = entry({
      input: { parameters: { region: "{{ .region }}" } },
      values: { n: "{{ .n }}" },
      requeueAfterSeconds: 60,
    });
    const generators = [{ matrix: { generators: [{ list: { elements } }, asks] } }];
    expect((await run(generators)).rows).toHaveLength(20);
    expect(asked).toHaveLength(2);
    await clock.advance(59_000);
    await run(generators);
    expect(asked).toHaveLength(2);
    await clock.advance(1_000);
    await run(generators);
    expect(asked).toHaveLength(4);
  });
});

describe("rows", () => {
  it("keep their types with Go templates and know what was asked", async () => {
    const { run } = await plugin(ok([{ name: "acme", size: 3, tags: ["a"] }, null]));
    const { rows, completeness, inputs } = await run([
      entry({ input: { parameters: { r: "eu" } }, values: { v: "{{ .name }}" } }),
    ]);
    const generator = { input: { parameters: { r: "eu" } } };
    expect(rows.map(({ params }) => ({ ...params, values: { ...(params.values as object) } }))).toEqual([
      { name: "acme", size: 3, tags: ["a"], generator, values: { v: "acme" } },
      { generator, values: { v: "<no value>" } },
    ]);
    expect(completeness).toBe("complete");
    expect(inputs).toHaveLength(1);
    expect(rows[0]?.origin).toMatchObject({ kind: "plugin", item: "output 0 of tenants", inputs: [inputs[0]?.id] });
  });

  it("are flat text without goTemplate", async () => {
    const { run } = await plugin(ok([{ a: { b: 1, c: [true, null] }, big: 1000000 }]));
    const { rows } = await run([entry()], { goTemplate: false });
    const { generator: _generator, ...texts } = rows[0]?.params ?? {};
    expect(texts).toEqual({ "a.b": "1", "a.c.0": "true", "a.c.1": "<nil>", big: "1e+06" });
  });

  it("are known by their content from answer to answer, and a changed answer is a changed input", async () => {
    let parameters: unknown = [{ n: "a" }, { n: "b" }];
    const { run, clock } = await plugin((response, asked) => ok(parameters)(response, asked));
    const before = await run([entry()]);
    parameters = [{ n: "b" }, { n: "a" }, { n: "a" }];
    await clock.advance(1_800_000);
    const after = await run([entry()]);
    const keys = before.rows.map(({ key }) => key);
    expect(after.rows.map(({ key }) => key)).toEqual([keys[1], keys[0], `${keys[0]} #2`]);
    expect(after.inputs[0]?.version).not.toBe(before.inputs[0]?.version);
  });

  it.each([
    ["no body", ""],
    ["no output", "{}"],
    ["no parameters", '{"output":{}}'],
    ["null", '{"output":{"parameters":null}}'],
  ])("are none with %s", async (_name, body) => {
    const { run } = await plugin((response) => void response.end(body));
    const { rows, completeness } = await run([entry()]);
    expect([rows.length, completeness]).toEqual([0, "complete"]);
  });
});

describe("a plugin that fails", () => {
  const long = "x".repeat(5_000);
  const cases: readonly (readonly [name: string, reply: Reply, message: RegExp, retryable: boolean])[] = [
    [
      "400",
      (r) => void r.writeHead(400).end('{"error":"no region"}'),
      /^plugin tenants answers 400: no region$/,
      false,
    ],
    ["401", (r) => void r.writeHead(401).end(`bad token ${token}`), /answers 401: bad token \*\*\*$/, false],
    ["403", (r) => void r.writeHead(403).end('{"message":"closed"}'), /answers 403: closed$/, false],
    ["429", (r) => void r.writeHead(429, { "retry-after": "7" }).end(), /answers 429$/, true],
    [
      "500",
      (r) => void r.writeHead(500).end(`<h1>\u001b[31m${long}`),
      /^plugin tenants answers 500: <h1> \[31mx{290,295}…$/,
      true,
    ],
    ["503", (r) => void r.writeHead(503).end(), /answers 503$/, true],
    [
      "truncated JSON",
      (r) => void r.end('{"output": {"parameters": [{"a"'),
      /answers with something that is no JSON/,
      true,
    ],
    ["HTML", (r) => void r.end("<html>"), /no JSON/, true],
    ["a list", (r) => void r.end("[]"), /that is not \{"output"/, false],
    ["text rows", ok(["a"]), /output\.parameters\[0\] that is not a map$/, false],
    [
      "rows nested too deep",
      ok([JSON.parse(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`)]),
      /nested deeper than 100/,
      false,
    ],
    [
      "a redirect to another host",
      (r) => void r.writeHead(307, { location: "http://127.0.0.2:1/" }).end(),
      /redirects to http:\/\/127\.0\.0\.2:1\/, which is another host$/,
      false,
    ],
    ["a broken connection", (r) => void r.destroy(), /the connection was lost$/, true],
    ["200 MB", endless, /sends more than the 65536 bytes/, false],
  ];

  it.each(cases)("with %s fails its set and says why", async (_name, reply, message, retryable) => {
    const { run } = await plugin(reply);
    const error = await failureOf(
      run([entry()], {}, { generatorLimits: { ...defaultGeneratorLimits, maxAnswerBytes: 65_536 } }),
    );
    expect(error.message).toMatch(message);
    expect([error.reason, error.retryable]).toEqual(["ApplicationGenerationFromParamsError", retryable]);
  });

  it("by silence fails its set after the time that its ConfigMap allows", async () => {
    const { run } = await plugin(() => undefined, { requestTimeout: "1" });
    const error = await failureOf(run([entry()]));
    expect(error.message).toMatch(/the server was silent for 1 s$|it takes longer than 1 s$/);
    expect(error.retryable).toBe(true);
  });

  it("leaves the rows of the other generators when told to proceed, names the gap and proves nothing absent", async () => {
    const { run } = await plugin((response) => void response.writeHead(503).end("later"));
    const generators = [{ list: { elements: [{ a: "1" }] } }, entry()];
    const { rows, completeness, gaps } = await run(generators, { fleet: { partial: "proceed" } });
    expect(rows).toHaveLength(1);
    expect(completeness).toBe("partial");
    expect(gaps).toMatchObject([
      { at: "spec.generators[1].plugin", message: "plugin tenants answers 503: later", retryable: true },
    ]);
  });

  it("is asked again at once when it is whole again", async () => {
    let isWell = false;
    const { run, asked } = await plugin((response, one) => (isWell ? ok([{}])(response, one) : void response.end("{")));
    await failureOf(run([entry()]));
    isWell = true;
    expect((await run([entry()])).rows).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it("tells when to come back, as the server says", async () => {
    const { run } = await plugin((response) => void response.writeHead(429, { "retry-after": "7" }).end());
    expect((await failureOf(run([entry()]))).details).toMatchObject({ status: 429, retryAfterSeconds: 7 });
  });
});

describe("settings", () => {
  it("may refer to Argo CD's own Secret", async () => {
    const { run, asked } = await plugin(ok([]), { token: "$plugin.token" });
    await run([entry()]);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it.each([
    [{ baseUrl: "" }, "ConfigMap argocd/tenants has no baseUrl"],
    [{ baseUrl: "file:///etc/passwd" }, "ConfigMap argocd/tenants has no baseUrl"],
    [{ token }, "ConfigMap argocd/tenants: token does not refer to a Secret"],
    [{ token: "" }, "ConfigMap argocd/tenants: token does not refer to a Secret"],
    [{ token: "$nobody:plugin" }, "Secret argocd/nobody, which ConfigMap argocd/tenants names, does not exist"],
    [{ token: "$tokens:other" }, "Secret argocd/tokens, which ConfigMap argocd/tenants names, has no other"],
    [{ token: "$tokens:empty" }, "Secret argocd/tokens, which ConfigMap argocd/tenants names, has no empty"],
    [{ requestTimeout: "soon" }, 'ConfigMap argocd/tenants: requestTimeout "soon" cannot be used'],
    [{ requestTimeout: "-1" }, 'ConfigMap argocd/tenants: requestTimeout "-1" cannot be used'],
    [{ requestTimeout: "" }, 'ConfigMap argocd/tenants: requestTimeout "" cannot be used'],
  ])("%j are refused", async (settings, message) => {
    const { run, asked } = await plugin(ok([]), settings);
    const error = await failureOf(run([entry()]));
    expect(error.message).toContain(`spec.generators[0].plugin: ${message}`);
    expect(asked).toEqual([]);
  });

  it("must be there", async () => {
    const { run } = await plugin(ok([]));
    const error = await failureOf(run([{ plugin: { configMapRef: { name: "gone" } } }]));
    expect(error.message).toContain("ConfigMap argocd/gone of the plugin does not exist");
  });
});

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 20, " ");
  let left = 200;
  const more = (): void => {
    while (left-- > 0 && !response.destroyed) if (!response.write(chunk)) return void response.once("drain", more);
    response.end();
  };
  more();
}
