import type { LogicalCluster } from "../cluster.ts";
import type { Kind, Subresource } from "../kinds/kind.ts";
import type { WriteContext } from "../managed-fields/field-manager.ts";
import { timestamp } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";

export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** What a writer must be allowed beyond the verb of the request. Each throws the 403. */
export interface Permit {
  /** An update or apply is about to create. */
  create(): void;
  /** An object is about to be written; there is no live one on a creation. */
  change(object: KubeObject, live: KubeObject | undefined): void;
}

/** What a write asks for, apart from the object. */
export interface WriteRequest {
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  /** "" for cluster-wide kinds. */
  readonly namespace: string;
  /** "" on a create whose object brings its name. */
  readonly name: string;
  readonly subresource: Subresource;
  /** The subresource that ownership names, where it is another than the one that is written. */
  readonly trackedAs?: string;
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Adds a `Warning` header to the answer. */
  readonly warn: (text: string) => void;
  /** Absent for writers who may do everything. */
  readonly permit?: Permit | undefined;
}

export function writeContext(request: WriteRequest): WriteContext {
  const { kind, manager, subresource, cluster, trackedAs } = request;
  return {
    types: kind.types(subresource),
    manager,
    subresource: trackedAs ?? subresource,
    now: timestamp(cluster.now()),
    empty: kind.empty,
    comparable: (object) => kind.comparable(object),
  };
}
