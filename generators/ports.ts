import type { LabelSelector } from "../crds/generators.ts";
import type { StringMap } from "../src/base/values.ts";
import type { Completeness, Gap } from "./completeness.ts";
import type { ScmSettings } from "./scm/settings.ts";

/** What a port read of a set of things: how complete it is, what is missing, and at which version it was read. */
export interface Reading<T> {
  readonly items: readonly T[];
  readonly completeness: Completeness;
  readonly gaps: readonly Gap[];
  /** Changes whenever something in the reading may have: a resourceVersion, a digest. Empty when the source has none. */
  readonly version: string;
}

/** What generators see of a registered cluster. No credential and no connection setting is among it. */
export interface ClusterFacts {
  readonly name: string;
  /** As the Secret says it: a trailing slash stays. */
  readonly server: string;
  /** Empty when the cluster belongs to no project. */
  readonly project: string;
  /** All labels of the Secret; undefined when it has none. */
  readonly labels: StringMap | undefined;
  /** All annotations of the Secret; undefined when it has none. */
  readonly annotations: StringMap | undefined;
  /** `Secret argocd/cluster-prod-eu`, for messages. */
  readonly source: string;
}

/** The registered clusters: Secrets labelled `argocd.argoproj.io/secret-type: cluster`. */
export interface ClusterPort {
  /**
   * The clusters of a namespace in the order of their Secrets' names. Secrets without data are among them, with an empty
   * name. Throws a GenerationError when the list could not be read.
   */
  list(namespace: string): Promise<Reading<ClusterFacts>>;
}

/** A repository as a generator names it. */
export interface GitSource {
  readonly repoURL: string;
  /** Branch, tag, commit or `HEAD`; empty for HEAD. */
  readonly revision: string;
  /** Whose repositories and credentials may be used; undefined for only those that belong to no project. */
  readonly project: string | undefined;
}

export interface GitEntry {
  /** From the root of the repository, without a slash at either end. */
  readonly path: string;
  readonly kind: "directory" | "file" | "symlink";
  /** The object id of the tree or blob: equal ids have equal content. */
  readonly oid: string;
}

/** One commit of a repository. */
export interface GitTree {
  readonly commit: string;
  /**
   * Everything in the commit, the root left out, in the order of a walk: entries of a directory by their names' bytes, a
   * directory before its content. Hidden names are among them, submodules are not.
   */
  entries(): Promise<readonly GitEntry[]>;
  /**
   * The bytes of a file. A symbolic link is followed inside the tree and never out of it. Throws a GenerationError when
   * there is no such file or it is larger than `maxBytes`.
   */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
}

/** Git repositories at a commit. */
export interface GitPort {
  /** Resolves the revision. Throws a GenerationError that names repository and revision; retryable when the remote was not reached. */
  open(source: GitSource, signal?: AbortSignal): Promise<GitTree>;
}

/** OCI artifacts: files in a registry. */
export interface OciPort {
  /**
   * The files that a tag, a digest or a range of versions stands for now, as a tree whose `commit` is the digest of the
   * artifact's manifest. Throws a GenerationError that names repository and revision; retryable when the registry was not
   * reached. The login for the repository is found as for git.
   */
  open(source: GitSource, signal?: AbortSignal): Promise<GitTree>;
}

/** AppProjects, as far as a generator asks for them. */
export interface ProjectPort {
  /** Whether the project exists. `default` always does. Throws a GenerationError when that could not be found out. */
  has(name: string, namespace: string): Promise<boolean>;
}

/** A Kubernetes object, as an API server or a manifest gives it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: StringMap;
    readonly annotations?: StringMap;
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

/** What to list: `group/version`, the plural resource name, and one object by name or all that the selector picks. */
export interface ObjectQuery {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly selector?: LabelSelector | undefined;
}

/** ConfigMaps, Secrets and custom resources on the hub. Each method throws a GenerationError when the hub did not answer. */
export interface ObjectPort {
  /** The texts of a ConfigMap; undefined when there is none of that name. */
  configMap(name: string, namespace: string): Promise<StringMap | undefined>;
  /** The decoded texts of a Secret; undefined when there is none. They never go into a message, an input or a row. */
  secret(name: string, namespace: string): Promise<StringMap | undefined>;
  /** Objects in the order of their names. */
  list(query: ObjectQuery): Promise<Reading<KubeObject>>;
}

/** A question to an HTTP server. Two questions with equal fields are the same question to a cache. */
export interface HttpQuestion {
  /** GET when absent. */
  readonly method?: "GET" | "HEAD" | "POST";
  /** http or https; a login in it is refused, since URLs are shown in messages. */
  readonly url: string;
  /** Names in lower case. Credentials stand here and nowhere else; they go to the question's own host alone. */
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly tls?: HttpTls | undefined;
  /** URL of a proxy instead of the machine's own; may hold a login. */
  readonly proxy?: string | undefined;
}

/** Whom to trust, and who we are. PEM texts. */
export interface HttpTls {
  /** Trusted instead of the system's authorities. */
  readonly authorities?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** Trusts any certificate. */
  readonly isInsecure?: boolean;
}

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the server may stay silent, before its answer and within it; 30 s when absent. */
  readonly silenceMs?: number;
  /** How long the whole exchange may take; 5 min when absent. */
  readonly totalMs?: number;
  /** A longer body is an error and is not read on; 16 MiB when absent. */
  readonly maxBytes?: number;
  /**
   * What to do when the server redirects: fail; follow on the same scheme, host and port, or from http to https of one host
   * (the default); or follow anywhere, without any header that may be a credential. At most five in a row.
   */
  readonly redirects?: "refuse" | "sameHost" | "anyHost";
  /** Keeps the answer, so that the same question is not sent again. Without it every question is sent. */
  readonly keep?: HttpKeep;
}

/** How long an answer stands for the server. An older one that has an ETag is asked for again on condition that it changed. */
export interface HttpKeep {
  readonly seconds: number;
  /** Whether the answer is good enough to be kept; any 2xx when absent. Failures should be asked again. */
  accepts?(answer: HttpAnswer): boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** By names in lower case; a header that came several times is joined by ", ". */
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  /** An answer from before, or one that the server confirmed: nothing was sent anew. */
  readonly isKept?: boolean;
  /** The body as UTF-8. */
  text(): string;
}

/** HTTP servers: plugins, providers of repositories, registries. */
export interface HttpPort {
  /**
   * Sends a question and gives the answer, whatever its status. Throws a GenerationError that names the URL, without query
   * or credentials, when there is none: not reached, silent, too large, a redirect that is not followed. It is retryable
   * where trying again can help.
   */
  request(question: HttpQuestion, options?: HttpOptions): Promise<HttpAnswer>;
}

/** What generators read beyond the hub or the inventory. */
export interface Remotes {
  readonly git: GitPort;
  readonly http: HttpPort;
  readonly oci: OciPort;
  /** What the installation allows the scmProvider and pullRequest generators; absent for its defaults. */
  readonly scm?: ScmSettings | undefined;
}

/** All that generators can read. */
export interface Ports extends Remotes {
  readonly clusters: ClusterPort;
  readonly projects: ProjectPort;
  readonly objects: ObjectPort;
}
