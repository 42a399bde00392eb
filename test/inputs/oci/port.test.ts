import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { FleetError } from "../../../src/base/errors.ts";
import { type RepositorySecret, selectCredentials } from "../../../src/git/credentials.ts";
import { HttpClient } from "../../../src/inputs/http.ts";
import { HttpCache } from "../../../src/inputs/http-cache.ts";
import { defaultOciLimits, type OciLimits } from "../../../src/inputs/oci/limits.ts";
import { OciArtifacts } from "../../../src/inputs/oci/port.ts";
import { FakeClock } from "../../support/clock.ts";
import { serve } from "../../support/http-fixture.ts";
import { digestOf, layerType, type RegistryOptions, repository, startRegistry } from "../../support/oci-registry.ts";
import { tarOf } from "../../support/tar.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const login = { username: "robot", password: "s3cret-word" };

interface Given extends RegistryOptions {
  readonly secret?: { readonly [key: string]: string };
  readonly limits?: Partial<OciLimits>;
}

/** A registry and the port on it, with a Secret that says it speaks plain HTTP. */
async function world({ secret = {}, limits = {}, ...options }: Given = {}) {
  const registry = await startRegistry(options);
  const http = new HttpClient();
  open.push(registry, http);
  const clock = new FakeClock();
  const repoURL = `oci://${registry.host}/${repository}`;
  const texts = { url: repoURL, insecureOCIForceHttp: "true", ...secret };
  const secrets: RepositorySecret[] = [{ name: "registry", namespace: "argocd", type: "repository", texts }];
  const artifacts = new OciArtifacts({
    credentials: (url, project) => selectCredentials(secrets, url, project),
    clock,
    limits: { ...defaultOciLimits, ...limits },
  });
  const cache = new HttpCache(http, { clock });
  const pull = (revision: string, refresh = false) =>
    artifacts.port(cache.port({ refresh })).open({ repoURL, revision, project: undefined });
  const filesOf = async (revision: string) => {
    const tree = await pull(revision);
    return (await tree.entries()).filter(({ kind }) => kind === "file").map(({ path }) => path);
  };
  return { registry, clock, pull, filesOf, repoURL };
}

async function failureOf(run: Promise<unknown>): Promise<FleetError> {
  const error: unknown = await run.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FleetError);
  expect((error as Error).message).not.toContain(login.password);
  return error as FleetError;
}

describe("a tag", () => {
  it("is looked up on every evaluation, and its files are pulled once for each digest", async () => {
    const { registry, clock, pull, filesOf } = await world();
    const first = registry.push("1.0.0", tarOf({ "a.yaml": "a: 1" }));
    expect((await pull("1.0.0")).commit).toBe(first);
    await clock.advance(1);
    expect(await filesOf("1.0.0")).toEqual(["a.yaml"]);
    expect(registry.asked.map((line) => line.split("/").slice(0, 5).join("/"))).toEqual([
      "HEAD /v2/team/config/manifests",
      "GET /v2/team/config/manifests",
      "GET /v2/team/config/blobs",
      "HEAD /v2/team/config/manifests",
    ]);
    await clock.advance(1);
    const second = registry.push("1.0.0", tarOf({ "b.yaml": "b: 1" }));
    expect(second).not.toBe(first);
    expect(await filesOf("1.0.0")).toEqual(["b.yaml"]);
  });

  it("is pulled once when many want it at one time", async () => {
    const { registry, pull } = await world();
    registry.push("1.0.0", tarOf({ "a.yaml": "a: 1" }));
    await Promise.all(Array.from({ length: 20 }, () => pull("1.0.0")));
    expect(registry.asked.filter((line) => line.includes("/blobs/"))).toHaveLength(1);
  });

  it("may be a digest", async () => {
    const { registry, filesOf } = await world();
    const digest = registry.push("x", tarOf({ "a.yaml": "" }));
    expect(await filesOf(digest)).toEqual(["a.yaml"]);
  });

  it("that is not there is named", async () => {
    const { pull, repoURL } = await world();
    const error = await failureOf(pull("1.0.0"));
    expect(error.message).toBe(`OCI artifact ${repoURL}@1.0.0: there is no tag "1.0.0"`);
  });
});

describe("a range of versions", () => {
  const tags = ["0.9.0", "1.0.0", "1.2.0", "1.10.0", "1.11.0-rc.1", "2.0.0", "v2.1.0", "3.0.0_build.5", "latest", "1"];

  it.each([
    ["1.x", "1.10.0"],
    ["^1.2.0", "1.10.0"],
    ["~1.2", "1.2.0"],
    [">=2.0.0 <3", "v2.1.0"],
    ["*", "3.0.0_build.5"],
    [">=1.11.0-0 <2.0.0", "1.11.0-rc.1"],
    ["1", "1"],
    ["latest", "latest"],
  ])("%s is the highest tag in it: %s", async (range, tag) => {
    const { registry, pull } = await world({ tagsPerPage: 3 });
    const digests = new Map(tags.map((name) => [name, registry.push(name, tarOf({ [`${name}.yaml`]: "" }))]));
    expect((await pull(range)).commit).toBe(digests.get(tag));
  });

  it("is read from a list of tags that is kept, until a refresh", async () => {
    const { registry, clock, pull } = await world();
    const first = registry.push("1.0.0", tarOf({ a: "1" }));
    expect((await pull("1.x")).commit).toBe(first);
    const second = registry.push("1.1.0", tarOf({ a: "2" }));
    await clock.advance(60_000);
    expect((await pull("1.x")).commit).toBe(first);
    expect((await pull("1.x", true)).commit).toBe(second);
  });

  it.each(["1.2", "v1.2.3", "", "nonsense", "../../x", "a b"])("%j is none", async (revision) => {
    const { registry, pull } = await world();
    registry.push("1.2.0", tarOf({ a: "1" }));
    expect((await failureOf(pull(revision))).message).toContain("there is no tag");
    expect(registry.asked.some((line) => line.includes("tags/list"))).toBe(false);
  });

  it("without a tag in it fails", async () => {
    const { registry, pull } = await world();
    registry.push("1.2.0", tarOf({ a: "1" }));
    expect((await failureOf(pull("2.x"))).message).toContain('no tag is a version in "2.x"');
  });

  it("does not read a list of tags for ever", async () => {
    const { pull } = await world({
      intercept(request, response) {
        if (request.url?.includes("tags/list") !== true) return false;
        const link = `</v2/${repository}/tags/list?n=1000&last=a>; rel="next"`;
        response.writeHead(200, { link }).end('{"tags":["a"]}');
        return true;
      },
    });
    expect((await failureOf(pull("1.x"))).message).toContain("list of tags does not end");
  });
});

describe("a login", () => {
  it.each(["basic", "bearer"] as const)("of the kind %s comes from the repository's Secret", async (kind) => {
    const { registry, filesOf } = await world({ login: { kind, ...login }, secret: login });
    registry.push("1", tarOf({ a: "1" }));
    expect(await filesOf("1")).toEqual(["a"]);
  });

  it("by token is asked for once while the token lasts", async () => {
    const { registry, clock, filesOf } = await world({ login: { kind: "bearer", ...login }, secret: login });
    registry.push("1", tarOf({ a: "1" }));
    const tokens = () => registry.asked.filter((line) => line.startsWith("GET /token")).length;
    await filesOf("1");
    await clock.advance(200_000);
    await filesOf("1");
    expect(tokens()).toBe(1);
    await clock.advance(200_000);
    await filesOf("1");
    expect(tokens()).toBe(2);
  });

  it.each([
    ["a wrong one", { ...login, password: "other" }],
    ["none", {}],
  ])("that is %s is refused, and nothing of it is told", async (_name, secret) => {
    for (const kind of ["basic", "bearer"] as const) {
      const { registry, pull } = await world({ login: { kind, ...login }, secret });
      registry.push("1", tarOf({ a: "1" }));
      const error = await failureOf(pull("1"));
      expect(error.message).toMatch(/answers 401/);
      expect(error.retryable).toBe(false);
    }
  });

  it("does not go to another host that holds the blobs, and is not asked for from there", async () => {
    const archive = gzipSync(tarOf({ a: "1" }));
    const seen: unknown[] = [];
    const store = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(archive);
    });
    const hostile = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    });
    open.push(store, hostile);
    for (const blobsAt of [store.url, hostile.url]) {
      const { registry, pull } = await world({ login: { kind: "basic", ...login }, secret: login, blobsAt });
      const layer = { mediaType: layerType, digest: digestOf(archive), size: archive.length };
      registry.putManifest("1", { schemaVersion: 2, layers: [layer] });
      const tree = pull("1");
      if (blobsAt === store.url) expect((await (await tree).entries()).map(({ path }) => path)).toEqual(["a"]);
      else expect((await failureOf(tree)).message).toContain("answers 401");
    }
    expect(seen).toEqual([undefined, undefined]);
  });

  it("is not sent for a token where anybody could read it", async () => {
    const http = new HttpClient();
    open.push(http);
    const asked: string[] = [];
    const artifacts = new OciArtifacts({ credentials: () => login });
    const port = artifacts.port({
      async request({ url }) {
        asked.push(url);
        const headers = { "www-authenticate": 'Bearer realm="http://auth.example.com/token"' };
        return { status: 401, headers, body: new Uint8Array(), text: () => "" };
      },
    });
    const run = port.open({ repoURL: "oci://registry.example.com/a", revision: "1", project: undefined });
    expect((await failureOf(run)).message).toContain("to a place that is not https");
    expect(asked).toEqual(["https://registry.example.com/v2/a/manifests/1"]);
  });
});

describe("a hostile registry", () => {
  const bomb = () => gzipSync(Buffer.alloc(4 << 20));

  it("cannot make a small layer into a large one", async () => {
    const { registry, pull } = await world({ limits: { maxExtractedBytes: 1 << 20 } });
    const bytes = bomb();
    const layer = { mediaType: layerType, digest: registry.putBlob(bytes), size: bytes.length };
    registry.putManifest("1", { schemaVersion: 2, layers: [layer] });
    expect((await failureOf(pull("1"))).message).toContain("its layer unpacks to more than 1048576 bytes");
  });

  it("cannot send a layer larger than it says or than is allowed", async () => {
    const { registry, pull } = await world({ limits: { maxLayerBytes: 1_000 } });
    const bytes = Buffer.alloc(1_000_000);
    const digest = registry.putBlob(bytes);
    registry.putManifest("small", { schemaVersion: 2, layers: [{ mediaType: layerType, digest, size: 10 }] });
    expect((await failureOf(pull("small"))).message).toContain("sends more than the 10 bytes");
    registry.putManifest("large", { schemaVersion: 2, layers: [{ mediaType: layerType, digest, size: 1_000_000 }] });
    expect((await failureOf(pull("large"))).message).toContain("its layer has 1000000 bytes where 1000 are allowed");
  });

  it("cannot send something else than the digest says", async () => {
    const wrong = `sha256:${"0".repeat(64)}`;
    const { registry, pull } = await world({
      intercept(request, response) {
        if (request.url?.endsWith(wrong) !== true) return false;
        response.end("{}");
        return true;
      },
    });
    registry.putManifest("blob", { schemaVersion: 2, layers: [{ mediaType: layerType, digest: wrong, size: 2 }] });
    for (const revision of ["blob", wrong]) {
      const error = await failureOf(pull(revision));
      expect(error.message).toContain(`sends something else than ${wrong}`);
      expect(error.retryable).toBe(true);
    }
  });

  it.each<[string, unknown, RegExp]>([
    ["an index", { manifests: [] }, /index of several artifacts/],
    ["no layers", { schemaVersion: 2 }, /has no layers/],
    [
      "no layer with content",
      { layers: [{ mediaType: "text/plain", digest: `sha256:${"0".repeat(64)}`, size: 1 }] },
      /0 layers with content/,
    ],
    [
      "two layers with content",
      { layers: [1, 2].map(() => ({ mediaType: layerType, digest: `sha256:${"0".repeat(64)}`, size: 1 })) },
      /2 layers with content/,
    ],
    ["eleven layers", { layers: Array.from({ length: 11 }, () => ({})) }, /11 layers where 10/],
    [
      "a path for a digest",
      { layers: [{ mediaType: layerType, digest: "../../../etc", size: 1 }] },
      /names a layer wrongly/,
    ],
    [
      "a negative size",
      { layers: [{ mediaType: layerType, digest: `sha256:${"0".repeat(64)}`, size: -1 }] },
      /names a layer wrongly/,
    ],
    ["a list", [], /has no layers/],
  ])("with a manifest that is %s fails", async (_name, manifest, message) => {
    const { registry, pull } = await world();
    registry.putManifest("1", manifest);
    expect((await failureOf(pull("1"))).message).toMatch(message);
  });

  it.each([403, 429, 500])("that answers %s fails", async (status) => {
    const { pull } = await world({
      intercept(_request, response) {
        response.writeHead(status).end();
        return true;
      },
    });
    const error = await failureOf(pull("1"));
    expect(error.message).toContain(`answers ${status}`);
    expect(error.retryable).toBe(status !== 403);
  });

  it("that redirects its manifests to another host is not followed", async () => {
    const { pull } = await world({
      intercept(_request, response) {
        response.writeHead(307, { location: "http://127.0.0.2:1/v2" }).end();
        return true;
      },
    });
    expect((await failureOf(pull("1"))).message).toContain("which is another host");
  });
});

describe("artifacts", () => {
  it("may be plain archives, Helm charts, and what other tools push", async () => {
    const { registry, filesOf } = await world();
    registry.push("plain", tarOf({ a: "1" }), { mediaType: "application/vnd.oci.image.layer.v1.tar", isPlain: true });
    registry.push("docker", tarOf({ a: "1" }), { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" });
    registry.push("chart", tarOf({ "web/Chart.yaml": "1", "web/values.yaml": "2" }), {
      mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      config: "application/vnd.cncf.helm.config.v1+json",
    });
    expect(await filesOf("plain")).toEqual(["a"]);
    expect(await filesOf("docker")).toEqual(["a"]);
    expect(await filesOf("chart")).toEqual(["Chart.yaml", "values.yaml"]);
  });

  it("leave the memory when there are too many, and can be had again", async () => {
    const { registry, clock, filesOf } = await world({ limits: { maxKeptBytes: 3_000 } });
    for (const tag of ["a", "b"]) registry.push(tag, tarOf({ [tag]: "1" }));
    for (const tag of ["a", "b", "a"]) {
      await clock.advance(1);
      expect(await filesOf(tag)).toEqual([tag]);
    }
    expect(registry.asked.filter((line) => line.includes("/blobs/"))).toHaveLength(3);
  });

  it.each(["oci://", "oci://host", "host", "oci://h/UPPER", "oci://me:pw@h/a", "oci://h/../a", "oci://h /a", ""])(
    "are not named by %j",
    async (repoURL) => {
      const port = new OciArtifacts().port(new HttpClient());
      const error = await failureOf(port.open({ repoURL, revision: "1", project: undefined }));
      expect(error.message).toContain("names no OCI repository");
      expect(error.message).not.toContain("pw");
    },
  );
});
