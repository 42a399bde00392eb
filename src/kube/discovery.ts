import type { ApiResource, CallOptions } from "./client.ts";
import { KubeError } from "./errors.ts";
import { splitApiVersion } from "./objects.ts";
import { groupVersionPath } from "./paths.ts";

/** Reads `APIResourceList` of one group version; undefined where the server does not serve it. */
export type ReadGroupVersion = (path: string, options: CallOptions) => Promise<unknown>;

interface Entry {
  readonly atMs: number;
  readonly resources: Promise<ReadonlyMap<string, ApiResource>>;
}

/** A kind that is missing is asked for again at most this often: it may be a CRD that was just installed. */
const missRefreshMs = 1_000;

/** Which resource a kind is, per group version, from the server's discovery and kept. */
export class Discovery {
  readonly #entries = new Map<string, Entry>();
  readonly #read: ReadGroupVersion;
  readonly #now: () => number;
  readonly #server: string;

  constructor(read: ReadGroupVersion, now: () => number, server: string) {
    this.#read = read;
    this.#now = now;
    this.#server = server;
  }

  forget(): void {
    this.#entries.clear();
  }

  async find(apiVersion: string, kind: string, options: CallOptions = {}): Promise<ApiResource> {
    const kept = this.#entries.get(apiVersion);
    const known = (await kept?.resources)?.get(kind);
    if (known !== undefined) return known;
    const mayRefresh = kept === undefined || this.#now() - kept.atMs >= missRefreshMs;
    const found = mayRefresh ? (await this.#refresh(apiVersion, options, kept)).get(kind) : undefined;
    if (found !== undefined) return found;
    throw new KubeError("NotFound", `${this.#server} does not serve kind ${kind} of ${apiVersion}`, {
      code: 404,
      details: {
        server: this.#server,
        object: kind,
        remedy: "install its CustomResourceDefinition, or correct apiVersion and kind",
      },
    });
  }

  #refresh(
    apiVersion: string,
    options: CallOptions,
    seen: Entry | undefined,
  ): Promise<ReadonlyMap<string, ApiResource>> {
    const current = this.#entries.get(apiVersion);
    // Another caller has begun to refresh while this one looked.
    if (current !== undefined && current !== seen) return current.resources;
    const resources = this.#load(apiVersion, options);
    const entry = { atMs: this.#now(), resources };
    this.#entries.set(apiVersion, entry);
    resources.catch(() => {
      // The failure reaches the callers; it must not be kept as the answer for those to come.
      if (this.#entries.get(apiVersion) === entry) this.#entries.delete(apiVersion);
    });
    return resources;
  }

  async #load(apiVersion: string, options: CallOptions): Promise<ReadonlyMap<string, ApiResource>> {
    const type = splitApiVersion(apiVersion);
    const answer = await this.#read(groupVersionPath(type), options);
    const byKind = new Map<string, ApiResource>();
    for (const resource of resourcesIn(answer)) {
      const { name, kind, namespaced, verbs } = resource;
      if (typeof name !== "string" || typeof kind !== "string" || name.includes("/") || byKind.has(kind)) continue;
      const allowed = Array.isArray(verbs) ? verbs.filter((verb) => typeof verb === "string") : [];
      byKind.set(kind, { ...type, plural: name, kind, namespaced: namespaced === true, verbs: allowed });
    }
    return byKind;
  }
}

interface RawResource {
  readonly name?: unknown;
  readonly kind?: unknown;
  readonly namespaced?: unknown;
  readonly verbs?: unknown;
}

function resourcesIn(answer: unknown): readonly RawResource[] {
  if (typeof answer !== "object" || answer === null || !("resources" in answer)) return [];
  return Array.isArray(answer.resources)
    ? answer.resources.filter((one) => typeof one === "object" && one !== null)
    : [];
}
