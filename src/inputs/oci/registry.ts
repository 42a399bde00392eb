import { createHash } from "node:crypto";
import { isSuccess, jsonOf } from "../../../generators/http-answer.ts";
import type { HttpAnswer } from "../../../generators/ports.ts";
import { GenerationError } from "../../base/errors.ts";
import { isMap, own, type Value } from "../../base/values.ts";
import { compareVersions, parseVersion, parseVersionRange, type Version } from "../../base/version-range.ts";
import type { OciLimits } from "./limits.ts";
import { isDigest, isTag } from "./reference.ts";
import type { OciSession } from "./session.ts";

/** What a manifest says of one of its parts. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");
const onceInAGeneration = { seconds: 0 };
const tagsSeconds = 180;
const maxPages = 200;
/** Unpacking hundreds of megabytes takes a slow line its time. */
const blobMs = 600_000;

/** One repository of a registry, as the OCI distribution specification has it. */
export class OciRegistry {
  readonly #session: OciSession;
  readonly #limits: OciLimits;

  constructor(session: OciSession, limits: OciLimits) {
    this.#session = session;
    this.#limits = limits;
  }

  /**
   * The digest that a revision stands for now: a tag, a digest, or else the highest tag in a range of versions. The
   * registry is asked each time, since a tag may move.
   */
  async resolve(revision: string): Promise<string> {
    if (isTag(revision) || isDigest(revision)) {
      const digest = await this.#digestOf(revision);
      if (digest !== undefined) return digest;
    }
    const range = parseVersion(revision) === undefined ? parseVersionRange(revision) : undefined;
    if (range === undefined || revision === "") {
      throw new GenerationError(`there is no tag ${JSON.stringify(revision.slice(0, 150))}`, {
        details: { remedy: "push the tag, or name one that exists" },
      });
    }
    const tag = highest(await this.#tags(), range);
    const digest = tag === undefined ? undefined : await this.#digestOf(tag);
    if (digest !== undefined) return digest;
    throw new GenerationError(`no tag is a version in ${JSON.stringify(revision)}`);
  }

  /** The manifest of a digest, checked against it. */
  async manifest(digest: string): Promise<Value> {
    const answer = await this.#manifest("GET", digest);
    if (!isSuccess(answer)) throw this.#session.refuse(`manifest ${digest}`, answer);
    checkDigest(answer.body, digest);
    return jsonOf(`manifest ${digest}`, answer);
  }

  /** The bytes of a part of the artifact, checked against its size and digest. */
  async blob({ digest, size }: Descriptor): Promise<Uint8Array> {
    const answer = await this.#session.ask(
      `blobs/${digest}`,
      {},
      { maxBytes: size, redirects: "anyHost", totalMs: blobMs },
    );
    if (!isSuccess(answer)) throw this.#session.refuse(`blob ${digest}`, answer);
    checkDigest(answer.body, digest);
    return answer.body;
  }

  /** Undefined when there is no such manifest. */
  async #digestOf(reference: string): Promise<string | undefined> {
    const head = await this.#manifest("HEAD", reference);
    const digest = isDigest(reference) ? reference : own(head.headers, "docker-content-digest");
    if (head.status === 404) return undefined;
    if (isSuccess(head) && digest !== undefined && isDigest(digest)) return digest;
    if (!isSuccess(head) && head.status !== 405) throw this.#session.refuse(`manifest ${reference}`, head);
    const whole = await this.#manifest("GET", reference);
    if (whole.status === 404) return undefined;
    if (isSuccess(whole)) return `sha256:${hexOf("sha256", whole.body)}`;
    throw this.#session.refuse(`manifest ${reference}`, whole);
  }

  #manifest(method: "GET" | "HEAD", reference: string): Promise<HttpAnswer> {
    const question = { method, headers: { accept: manifestTypes } };
    const options = { maxBytes: this.#limits.maxManifestBytes, keep: onceInAGeneration };
    return this.#session.ask(`manifests/${reference}`, question, options);
  }

  async #tags(): Promise<readonly string[]> {
    const tags: string[] = [];
    const seen = new Set<string>();
    for (let path: string | undefined = "tags/list?n=1000"; path !== undefined; ) {
      if (seen.size === maxPages || seen.has(path))
        throw new GenerationError("the registry's list of tags does not end");
      seen.add(path);
      const answer = await this.#session.ask(path, {}, { keep: { seconds: tagsSeconds } });
      if (!isSuccess(answer)) throw this.#session.refuse("list of tags", answer);
      tags.push(...tagsOf(jsonOf("the registry's list of tags", answer)));
      if (tags.length > this.#limits.maxTags) {
        throw new GenerationError(`the repository has more than ${this.#limits.maxTags} tags`);
      }
      path = nextPage(own(answer.headers, "link") ?? "");
    }
    return tags;
  }
}

function tagsOf(body: Value): string[] {
  const tags = isMap(body) ? (own(body, "tags") ?? []) : undefined;
  if (Array.isArray(tags)) return tags.filter((tag): tag is string => typeof tag === "string" && isTag(tag));
  throw new GenerationError("the registry's list of tags is none");
}

/** The path of `</v2/…>; rel="next"`; a page is only ever asked of the registry itself. */
function nextPage(link: string): string | undefined {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(link)?.[1];
  if (target === undefined || !URL.canParse(target, "https://registry")) return undefined;
  const { pathname, search } = new URL(target, "https://registry");
  return `${pathname}${search}`;
}

/** By convention a tag has an underscore where its version has a plus. */
function highest(tags: readonly string[], range: (version: Version) => boolean): string | undefined {
  let best: { readonly tag: string; readonly version: Version } | undefined;
  for (const tag of tags) {
    const version = parseVersion(tag.replaceAll("_", "+"));
    if (version === undefined || !range(version)) continue;
    if (best === undefined || compareVersions(version, best.version) > 0) best = { tag, version };
  }
  return best?.tag;
}

function checkDigest(bytes: Uint8Array, digest: string): void {
  const [algorithm = "", hex = ""] = digest.split(":");
  if (hexOf(algorithm, bytes) === hex) return;
  throw new GenerationError(`the registry sends something else than ${digest}`, { retryable: true });
}

function hexOf(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}
