import type { KubeList, KubeObject, ResourceRef, ResourceType } from "./objects.ts";

/** What every call takes. An aborted signal ends the call with a `KubeError` of reason `Aborted`. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface GetOptions extends CallOptions {
  /** `0`: the server may answer from its cache. */
  readonly resourceVersion?: string;
}

export interface ListOptions extends CallOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects per page. Default 500. */
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
  /** Objects come with their metadata alone. */
  readonly metadataOnly?: boolean;
}

export interface WriteOptions extends CallOptions {
  /** Nothing is stored; the answer is what would be. */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: "Ignore" | "Warn" | "Strict";
}

export interface PatchOptions extends WriteOptions {
  /** Server-side apply: take fields over from other managers. */
  readonly force?: boolean;
}

/** A patch and its kind. `apply` needs a `fieldManager`; its body is the object with the fields we own. */
export type Patch =
  | { readonly kind: "json"; readonly operations: readonly JsonPatchOperation[] }
  | { readonly kind: "merge"; readonly body: unknown }
  | { readonly kind: "strategic"; readonly body: unknown }
  | { readonly kind: "apply"; readonly body: KubeObject };

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface DeleteOptions extends CallOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface WatchOptions extends CallOptions {
  readonly resourceVersion?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects come with their metadata alone. */
  readonly metadataOnly?: boolean;
  /** Default true. */
  readonly allowBookmarks?: boolean;
  /** After which the server ends the watch. Default 300. */
  readonly timeoutSeconds?: number;
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

export interface RawRequest extends CallOptions {
  readonly method: string;
  /** Below the server's URL, with its query: `/version`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A kind as the server's discovery lists it. */
export interface ApiResource extends ResourceType {
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/**
 * One Kubernetes API server. The port through which everything in fleetset talks to a hub or a member.
 *
 * Each method fails with a `KubeError` that names the object and the server. Calls that change nothing twice (get, list,
 * update, apply, delete) are tried again on 429 and 5xx with the wait that the server asks for; create and JSON patches
 * never are, since the first try may have taken effect.
 */
export interface KubeClient {
  /** The server's URL, for messages. */
  readonly server: string;
  get<T extends KubeObject = KubeObject>(ref: ResourceRef, options?: GetOptions): Promise<T>;
  /** One page; `listAll` in list.ts reads all pages. Items have their apiVersion and kind filled in. */
  list<T extends KubeObject = KubeObject>(ref: ResourceRef, options?: ListOptions): Promise<KubeList<T>>;
  create<T extends KubeObject = KubeObject>(ref: ResourceRef, object: KubeObject, options?: WriteOptions): Promise<T>;
  /** Replaces the object; with `metadata.resourceVersion` only that version. */
  update<T extends KubeObject = KubeObject>(ref: ResourceRef, object: KubeObject, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject = KubeObject>(ref: ResourceRef, patch: Patch, options?: PatchOptions): Promise<T>;
  /** Resolves when the server has accepted; with finalizers the object may stay for a while. */
  delete(ref: ResourceRef, options?: DeleteOptions): Promise<void>;
  /**
   * The events of a collection in their order until the server or the signal ends the watch. An event that can't be read
   * and an ERROR event fail the iteration; nothing is dropped.
   */
  watch<T extends KubeObject = KubeObject>(ref: ResourceRef, options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** Any other call. Resolves for each HTTP status; never tried again. */
  request(request: RawRequest): Promise<RawAnswer>;
  /**
   * The resource of a kind, from discovery; kept, and asked for again when the kind is not known yet. Fails with
   * `NotFound` where the server does not serve the kind.
   */
  resourceFor(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResource>;
  /** Forgets what discovery said, for instance after a CRD was written. */
  forgetDiscovery(): void;
  /** Ends all connections; calls under way fail. */
  close(): Promise<void>;
}
