import type { ApplicationSpec } from "./application-spec.ts";
import { applicationSpec } from "./application-spec.ts";
import type { ApplicationOperation, ApplicationStatus } from "./application-status.ts";
import { applicationStatus, operation } from "./application-status.ts";
import { object } from "./fields.ts";
import type { ObjectMeta } from "./object-meta.ts";

export type { ApplicationSource } from "./application-source.ts";
export type { ApplicationDestination, ApplicationSpec } from "./application-spec.ts";
export type { ApplicationOperation, ApplicationStatus, ResourceStatus, SyncPolicy } from "./application-status.ts";
export type { ObjectMeta, OwnerReference } from "./object-meta.ts";

/** One deployment: sources, and the cluster and namespace that they go to. */
export interface Application {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMeta;
  readonly spec: ApplicationSpec;
  readonly operation?: ApplicationOperation | undefined;
  readonly status?: ApplicationStatus | undefined;
}

/** The fields of an Application beside apiVersion, kind and metadata. */
export const applicationFields = object(
  { operation: operation.optional(), spec: applicationSpec, status: applicationStatus.optional() },
  "One deployment: sources, and the cluster and namespace that they go to.",
);
