import type { StringMap, Value } from "../src/base/values.ts";
import type { Completeness, Gap } from "./generator.ts";

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

/** What to list: `group/version`, the plural resource name, and one object by name or all with these labels. */
export interface ObjectQuery {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly selector?: { readonly [key: string]: Value } | undefined;
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

/** All that generators can read. */
export interface Ports {
  readonly clusters: ClusterPort;
  readonly git: GitPort;
  readonly projects: ProjectPort;
  readonly objects: ObjectPort;
}
