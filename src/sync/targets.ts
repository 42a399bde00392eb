import type { ApiResource } from "../kube/client.ts";
import { isNotFound } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";
import { splitApiVersion } from "../kube/objects.ts";
import { ComparisonError } from "./errors.ts";
import { at, listAt, textAt } from "./health/health.ts";
import { parseOptions } from "./live-application.ts";
import type { Member } from "./member.ts";
import type { ResourceKey } from "./tracking.ts";
import { describeKey, resourceKeyOf, resourceKeyText, trackingAnnotation, trackingId } from "./tracking.ts";
import { refuseUnsupportedObject } from "./unsupported.ts";

export const syncOptionsAnnotation = "argocd.argoproj.io/sync-options";

/** An object as it shall be on the member. */
export interface Target {
  readonly key: ResourceKey;
  readonly version: string;
  readonly object: KubeObject;
  readonly namespaced: boolean;
  /** Undefined while the member does not serve the kind, for instance before its CRD is applied. */
  readonly resource: ApiResource | undefined;
  /** The object's own sync options. */
  readonly options: ReadonlyMap<string, string>;
}

export interface TargetContext {
  readonly member: Member;
  /** The name under which the Application tracks its objects. */
  readonly instance: string;
  readonly destinationNamespace: string;
  readonly signal: AbortSignal;
}

export interface Targets {
  readonly targets: readonly Target[];
  /** Objects that stand in the sources more than once; the last one counts. */
  readonly repeated: readonly string[];
}

/** The objects of the sources as they shall be on a member: with namespace and tracking, each once, ordered by key. */
export async function makeTargets(objects: readonly KubeObject[], context: TargetContext): Promise<Targets> {
  for (const object of objects) refuseUnsupportedObject(object);
  const scopes = new Scopes(objects, context);
  const byKey = new Map<string, Target>();
  const repeated: string[] = [];
  for (const target of await Promise.all(objects.map((object) => makeTarget(object, scopes, context)))) {
    const key = resourceKeyText(target.key);
    if (byKey.has(key)) repeated.push(describeKey(target.key));
    byKey.set(key, target);
  }
  const targets = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
  return { targets, repeated };
}

async function makeTarget(object: KubeObject, scopes: Scopes, context: TargetContext): Promise<Target> {
  const { resource, namespaced } = await scopes.of(object);
  const namespace = namespaced ? object.metadata.namespace || context.destinationNamespace : "";
  const named = { ...resourceKeyOf(object), namespace };
  if (namespaced && namespace === "") {
    throw new ComparisonError(`${describeKey(named)} has no namespace, and the destination names none`, {
      details: { field: "spec.destination.namespace", remedy: "set the destination's namespace" },
    });
  }
  confine(named, namespaced, context.member);
  const annotations = object.metadata.annotations ?? {};
  const options = annotations[syncOptionsAnnotation];
  return {
    key: named,
    version: splitApiVersion(object.apiVersion).version,
    object: asWanted(object, namespace, trackingId(context.instance, named, context.destinationNamespace)),
    namespaced,
    resource,
    options: parseOptions(options?.split(",")),
  };
}

/** A cluster that is registered for some namespaces is managed in those alone. */
function confine(key: ResourceKey, namespaced: boolean, member: Member): void {
  const { namespaces = [], clusterResources = false } = member.cluster ?? {};
  if (namespaces.length === 0 || (namespaced ? namespaces.includes(key.namespace) : clusterResources)) return;
  const what = namespaced ? `namespace ${key.namespace}` : "objects of the cluster";
  throw new ComparisonError(`${describeKey(key)} can't be deployed: ${member.name} is not managed for ${what}`, {
    details: { remedy: `add it to namespaces (or set clusterResources) in the Secret of cluster ${member.name}` },
  });
}

/** What the API server owns: to apply it would conflict with what it says, or mean nothing. */
const serverFields = [
  "uid",
  "resourceVersion",
  "generation",
  "selfLink",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
];

function asWanted(object: KubeObject, namespace: string, tracking: string): KubeObject {
  const { status: _status, ...rest } = object;
  const metadata: KubeObject["metadata"] = { ...object.metadata };
  for (const field of serverFields) delete (metadata as unknown as { [field: string]: unknown })[field];
  delete metadata.namespace;
  if (namespace !== "") metadata.namespace = namespace;
  metadata.annotations = { ...object.metadata.annotations, [trackingAnnotation]: tracking };
  return encodeSecret({ ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata });
}

/** `stringData` is written but never read back, so that it could never be compared. */
function encodeSecret(object: KubeObject): KubeObject {
  if (object.kind !== "Secret" || object.apiVersion !== "v1" || object.stringData === undefined) return object;
  const { stringData, ...rest } = object;
  const plain = typeof stringData === "object" && stringData !== null ? Object.entries(stringData) : [];
  const encoded = plain.map(([key, value]) => [key, Buffer.from(String(value), "utf8").toString("base64")]);
  const present = (rest.data ?? {}) as object;
  return { ...rest, data: { ...present, ...Object.fromEntries(encoded) } } as KubeObject;
}

/** Whether kinds have a namespace: from the member, or from a CRD among the objects that it does not have yet. */
class Scopes {
  readonly #defined = new Map<string, boolean>();
  readonly #context: TargetContext;

  constructor(objects: readonly KubeObject[], context: TargetContext) {
    this.#context = context;
    for (const object of objects) {
      if (object.kind !== "CustomResourceDefinition") continue;
      const kind = `${textAt(object, "spec", "group")}/${textAt(object, "spec", "names", "kind")}`;
      this.#defined.set(kind, textAt(object, "spec", "scope") === "Namespaced");
    }
  }

  async of(object: KubeObject): Promise<{ readonly resource: ApiResource | undefined; readonly namespaced: boolean }> {
    const { member, signal } = this.#context;
    try {
      const resource = await member.run(() => member.client.resourceFor(object.apiVersion, object.kind, { signal }));
      return { resource, namespaced: resource.namespaced };
    } catch (error: unknown) {
      if (!isNotFound(error)) throw error;
    }
    const { group } = splitApiVersion(object.apiVersion);
    const namespaced = this.#defined.get(`${group}/${object.kind}`) ?? object.metadata.namespace !== undefined;
    return { resource: undefined, namespaced };
  }
}

/** The images of the containers in an object and its pod template. */
export function imagesOf(object: KubeObject): string[] {
  const spec = at(object, "spec");
  const templates = [spec, at(spec, "template", "spec"), at(spec, "jobTemplate", "spec", "template", "spec")];
  const containers = templates.flatMap((template) => [
    ...listAt(template, "containers"),
    ...listAt(template, "initContainers"),
  ]);
  return containers.flatMap((container) => textAt(container, "image") ?? []);
}
