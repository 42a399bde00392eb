import type { KubeObject } from "../kube/objects.ts";
import { splitApiVersion } from "../kube/objects.ts";

export const trackingAnnotation = "argocd.argoproj.io/tracking-id";

/** An object in a cluster, whatever version it is asked for in. `namespace` is empty for objects of the cluster. */
export interface ResourceKey {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function resourceKeyOf(object: KubeObject): ResourceKey {
  const { group } = splitApiVersion(object.apiVersion);
  return { group, kind: object.kind, namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}

/** A text that is equal for equal keys. */
export function resourceKeyText({ group, kind, namespace, name }: ResourceKey): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

/** `Deployment default/web`, as messages name an object. */
export function describeKey({ kind, namespace, name }: ResourceKey): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** What a tracking annotation says. */
export interface Tracking extends ResourceKey {
  /** The Application's name, with its namespace in front (`ns_name`) outside the control namespace. */
  readonly app: string;
}

/** The name under which an Application tracks its objects. */
export function instanceName(
  app: { readonly name: string; readonly namespace?: string | undefined },
  controlNamespace: string,
): string {
  const { name, namespace } = app;
  return namespace === undefined || namespace === "" || namespace === controlNamespace ? name : `${namespace}_${name}`;
}

/**
 * The value of the tracking annotation: `<app>:<group>/<kind>:<namespace>/<name>`. Objects of the cluster carry the
 * destination's namespace, as Argo CD writes it.
 */
export function trackingId(app: string, key: ResourceKey, destinationNamespace: string): string {
  return `${app}:${key.group}/${key.kind}:${key.namespace || destinationNamespace}/${key.name}`;
}

const trackingPattern = /^([^:]+):([^:/]*)\/([^:/]+):([^:/]*)\/(.+)$/;

export function parseTracking(value: string): Tracking | undefined {
  const match = trackingPattern.exec(value);
  if (match === null) return undefined;
  const [app, group, kind, namespace, name] = match.slice(1) as [string, string, string, string, string];
  return { app, group, kind, namespace, name };
}

/**
 * The Application that an object is tracked by; undefined when none. An annotation that describes another object was only
 * copied along, by an operator for instance, and counts for nothing.
 */
export function trackedBy(object: KubeObject): string | undefined {
  const annotations = object.metadata.annotations ?? {};
  const value = Object.hasOwn(annotations, trackingAnnotation) ? annotations[trackingAnnotation] : undefined;
  const tracking = typeof value === "string" ? parseTracking(value) : undefined;
  if (tracking === undefined) return undefined;
  const key = resourceKeyOf(object);
  const isOwn =
    tracking.group === key.group &&
    tracking.kind === key.kind &&
    tracking.name === key.name &&
    (tracking.namespace === key.namespace || key.namespace === "");
  return isOwn ? tracking.app : undefined;
}
