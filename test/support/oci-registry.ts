import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { serve, type TestServer } from "./http-fixture.ts";

export const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";

/** How a registry on loopback behaves. */
export interface RegistryOptions {
  /** What it asks for before it answers. */
  readonly login?: { readonly kind: "basic" | "bearer"; readonly username: string; readonly password: string };
  /** Where blobs are sent from, in place of the registry itself. */
  readonly blobsAt?: string;
  readonly tagsPerPage?: number;
  /** Answers before anything else does; true when it has. */
  intercept?(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface TestRegistry extends TestServer {
  /** `GET /v2/…` of every request, in order. */
  readonly asked: string[];
  /** Pushes an archive under a tag and gives the manifest's digest. */
  push(tag: string, archive: Uint8Array, more?: PushOptions): string;
  /** Puts a manifest as it is. */
  putManifest(tag: string, manifest: unknown): string;
  putBlob(bytes: Uint8Array): string;
}

export interface PushOptions {
  readonly mediaType?: string;
  readonly config?: string;
  readonly isPlain?: boolean;
}

export const repository = "team/config";
const token = "registry-token";

/** A registry with one repository, as the OCI distribution specification has it. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const asked: string[] = [];
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, string>();
  const tags = new Map<string, string>();
  const server = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (options.intercept?.(request, response) === true) return;
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/token") return giveToken(request, response, searchParams);
    if (!mayRead(request)) return challenge(response);
    const [, kind, reference = ""] = new RegExp(`^/v2/${repository}/(manifests|blobs|tags)/(.+)$`).exec(pathname) ?? [];
    if (kind === "tags") return listTags(response, searchParams);
    if (kind === "manifests") return giveManifest(response, tags.get(reference) ?? reference);
    if (kind === "blobs" && options.blobsAt !== undefined) {
      return void response.writeHead(307, { location: `${options.blobsAt}/${reference}?signature=x` }).end();
    }
    const blob = kind === "blobs" ? blobs.get(reference) : undefined;
    return void (blob === undefined ? response.writeHead(404).end("{}") : response.end(blob));
  });

  function mayRead({ headers }: IncomingMessage): boolean {
    const { login } = options;
    if (login === undefined) return true;
    return headers.authorization === (login.kind === "basic" ? basicOf(login) : `Bearer ${token}`);
  }

  function challenge(response: ServerResponse): void {
    const bearer = `Bearer realm="${server.url}/token",service="loopback",scope="repository:${repository}:pull"`;
    const wants = options.login?.kind === "bearer" ? bearer : 'Basic realm="registry"';
    response.writeHead(401, { "www-authenticate": wants }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
  }

  function giveToken(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const isRight =
      options.login !== undefined &&
      request.headers.authorization === basicOf(options.login) &&
      query.get("service") === "loopback" &&
      query.get("scope") === `repository:${repository}:pull`;
    if (isRight) response.end(JSON.stringify({ token, expires_in: 300 }));
    else response.writeHead(401).end('{"message":"wrong login"}');
  }

  function listTags(response: ServerResponse, query: URLSearchParams): void {
    const all = [...tags.keys()].sort();
    const from = query.has("last") ? all.indexOf(query.get("last") ?? "") + 1 : 0;
    const page = all.slice(from, from + (options.tagsPerPage ?? all.length));
    const isLast = from + page.length >= all.length;
    const link = `</v2/${repository}/tags/list?n=1000&last=${page.at(-1)}>; rel="next"`;
    response.writeHead(200, isLast ? {} : { link }).end(JSON.stringify({ name: repository, tags: page }));
  }

  function giveManifest(response: ServerResponse, digest: string): void {
    const manifest = manifests.get(digest);
    if (manifest === undefined) return void response.writeHead(404).end("{}");
    response.writeHead(200, {
      "content-type": "application/vnd.oci.image.manifest.v1+json",
      "docker-content-digest": digest,
    });
    response.end(manifest);
  }

  function putBlob(bytes: Uint8Array): string {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return digest;
  }

  function putManifest(tag: string, manifest: unknown): string {
    const text = JSON.stringify(manifest);
    const digest = digestOf(Buffer.from(text));
    manifests.set(digest, text);
    tags.set(tag, digest);
    return digest;
  }

  return {
    ...server,
    asked,
    putBlob,
    putManifest,
    push(tag, archive, { mediaType = layerType, config = "application/vnd.oci.empty.v1+json", isPlain = false } = {}) {
      const bytes = isPlain ? archive : gzipSync(archive);
      const layer = { mediaType, digest: putBlob(bytes), size: bytes.length };
      const empty = { mediaType: config, digest: putBlob(Buffer.from("{}")), size: 2 };
      return putManifest(tag, { schemaVersion: 2, config: empty, layers: [layer] });
    },
  };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
