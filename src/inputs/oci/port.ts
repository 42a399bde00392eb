import type { HttpPort, OciPort } from "../../../generators/ports.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { FleetError, GenerationError } from "../../base/errors.ts";
import type { GitCredentials } from "../../git/credentials.ts";
import { ArtifactCache } from "./artifacts.ts";
import { defaultOciLimits, type OciLimits } from "./limits.ts";
import { parseRepository } from "./reference.ts";
import { OciRegistry } from "./registry.ts";
import { type LoginStore, OciSession } from "./session.ts";

export interface OciSettings {
  /** The login for a URL. */
  readonly credentials?: (url: string, project: string | undefined) => GitCredentials | undefined;
  readonly clock?: Clock;
  readonly limits?: OciLimits;
}

/** What outlives one generation: logins at registries and unpacked artifacts. */
export class OciArtifacts {
  readonly #settings: OciSettings;
  readonly #limits: OciLimits;
  readonly #cache: ArtifactCache;
  readonly #logins: LoginStore = new Map();

  constructor(settings: OciSettings = {}) {
    this.#settings = settings;
    this.#limits = settings.limits ?? defaultOciLimits;
    this.#cache = new ArtifactCache(this.#limits);
  }

  /** The generators' port on artifacts, which asks registries through `http`. */
  port(http: HttpPort): OciPort {
    return {
      open: ({ repoURL, revision, project }, signal) =>
        named(`${repoURL.replace(/^(oci:\/\/)?[^/]*@/i, "$1")}@${revision}`, async () => {
          const repository = parseRepository(repoURL);
          const { clock = systemClock } = this.#settings;
          const credentials = this.#credentials(repoURL, project);
          const open = (until: AbortSignal | undefined): OciRegistry => {
            const options = { http, clock, logins: this.#logins, credentials, signal: until };
            return new OciRegistry(new OciSession(repository, options), this.#limits);
          };
          const digest = await open(signal).resolve(revision);
          signal?.throwIfAborted();
          // Others may wait for the same files, so that one who gives up does not end their way here.
          return this.#cache.tree(digest, open(undefined));
        }),
    };
  }

  /** A repository's Secret may name it with or without its scheme. */
  #credentials(url: string, project: string | undefined): GitCredentials | undefined {
    const { credentials = () => undefined } = this.#settings;
    const plain = url.replace(/^oci:\/\//i, "");
    return credentials(`oci://${plain}`, project) ?? credentials(plain, project);
  }
}

/** Names the artifact in every error that is about it. */
async function named<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error: unknown) {
    if (!(error instanceof FleetError)) throw error;
    throw new GenerationError(`OCI artifact ${label}: ${error.message}`, {
      details: error.details,
      retryable: error.retryable,
    });
  }
}
