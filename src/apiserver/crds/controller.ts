import { isDeepStrictEqual } from "node:util";
import type { LogicalCluster } from "../cluster.ts";
import { systemRequest } from "../gc/bootstrap.ts";
import { type ControllerOptions, WorkQueue } from "../gc/work-queue.ts";
import { timestamp, withMetadata } from "../objects/metadata.ts";
import type { KubeObject, ResourceDefinition } from "../resources.ts";
import { fitToSchema } from "../schema/fit.ts";
import { StatusError } from "../status-error.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Change } from "../store/watch-log.ts";
import { deleteObject } from "../verbs/delete.ts";
import { prepareNext, updateObject } from "../verbs/update.ts";
import { acceptNames, type NameConflict, type NameDecision } from "./accepted-names.ts";
import { type CrdNames, definitionsOf, specOf } from "./definitions.ts";

const resource = "apiextensions.k8s.io/customresourcedefinitions";
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/** Installs the kinds of CustomResourceDefinitions, reports on them, and removes their objects with them. */
export class CrdController {
  readonly #cluster: LogicalCluster;
  readonly #queue: WorkQueue;
  readonly #stop: () => void;

  constructor(cluster: LogicalCluster, options: ControllerOptions) {
    this.#cluster = cluster;
    this.#queue = new WorkQueue((name) => this.#settle(name), options);
    this.#stop = cluster.store.listen(undefined, (change) => this.#observe(change));
    for (const stored of cluster.store.list(resource)) this.#install(stored);
  }

  stop(): void {
    this.#stop();
    this.#queue.stop();
  }

  #observe({ resource: changed, type, object, previous }: Change): void {
    if (changed !== resource) {
      this.#wakeFor(changed, type);
      return;
    }
    if (type === "DELETED") this.#uninstall(object.object);
    else if (previous === undefined || !isDeepStrictEqual(previous.object.spec, object.object.spec))
      this.#install(object);
    else this.#queue.add(object.name);
  }

  /** A CRD that is being deleted waits for the last of its objects. */
  #wakeFor(changed: string, type: string): void {
    if (type !== "DELETED") return;
    const [group = "", plural = ""] = changed.split("/");
    const crd = this.#cluster.store.get(resource, "", `${plural}.${group}`);
    if (crd?.object.metadata?.deletionTimestamp !== undefined) this.#queue.add(crd.name);
  }

  /** The kinds are there at once, so that whoever created the definition can use them with the next request. */
  #install(stored: StoredObject): void {
    const { object } = stored;
    const { group, names } = specOf(object);
    if (this.#decide(object).conflict === undefined) {
      const definitions = definitionsOf(object);
      this.#cluster.registry.setCustom(group, names.plural, definitions);
      this.#fitObjects(definitions);
    }
    this.#queue.add(stored.name);
  }

  /** What is stored is read by the schema as it is now: pruned, and with its defaults. It is no change of the objects. */
  #fitObjects(definitions: readonly ResourceDefinition[]): void {
    const definition = definitions.find(({ storage }) => storage);
    if (definition?.schema === undefined) return;
    const { group, plural, schema } = definition;
    this.#cluster.store.amend(`${group}/${plural}`, (object) => fitToSchema(object, schema));
  }

  #uninstall(crd: KubeObject): void {
    const { group, names } = specOf(crd);
    this.#cluster.registry.removeCustom(group, names.plural);
  }

  #decide(crd: KubeObject): NameDecision {
    const { group, names } = specOf(crd);
    const others = [...this.#cluster.store.list(resource)].filter((other) => {
      return other.name !== crd.metadata?.name && specOf(other.object).group === group;
    });
    const held = others
      .map(({ object }) => acceptedOf(object))
      .filter(({ plural, kind }) => plural !== "" || kind !== "");
    return acceptNames(names, acceptedOf(crd), held);
  }

  #settle(name: string): void {
    const crd = this.#cluster.store.get(resource, "", name)?.object;
    if (crd === undefined) return;
    if (crd.metadata?.deletionTimestamp !== undefined) this.#cleanUp(crd);
    else this.#report(crd);
  }

  #report(crd: KubeObject): void {
    const definition = this.#cluster.registry.byResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    if (definition === undefined) return;
    const kind = this.#cluster.kind(definition);
    const status = this.#statusOf(crd);
    if (isDeepStrictEqual(status, crd.status)) return;
    const name = crd.metadata?.name ?? "";
    const request = { ...systemRequest(this.#cluster, kind, ""), name, subresource: "status" as const };
    updateObject(request, (live) => prepareNext(request, live, { ...crd, status }), false);
  }

  #statusOf(crd: KubeObject): object {
    const before = (crd.status ?? {}) as {
      readonly conditions?: Condition[] | null;
      readonly storedVersions?: string[];
    };
    const known = before.conditions ?? [];
    const { names, conflict } = this.#decide(crd);
    const now = timestamp(this.#cluster.now());
    const isEstablished = known.some(({ type, status }) => type === "Established" && status === "True");
    const own = conflict === undefined ? acceptedConditions : refusedConditions(conflict, isEstablished);
    const wanted = [...own, ...known.filter(({ type }) => !own.some((condition) => condition.type === type))];
    return {
      acceptedNames: names,
      conditions: wanted.map((condition) => withTime(condition, known, now)),
      storedVersions: before.storedVersions ?? [],
    };
  }

  /** Deletes the objects of a definition that is going, and lets it go after the last of them. */
  #cleanUp(crd: KubeObject): void {
    const { group, names } = specOf(crd);
    const definition = this.#cluster.registry.versions(group, names.plural).find((version) => version.storage);
    if (definition !== undefined && definition.kind === names.kind) {
      const kind = this.#cluster.kind(definition);
      for (const stored of this.#cluster.store.list(kind.resource)) {
        if (stored.object.metadata?.deletionTimestamp !== undefined) continue;
        const { namespace, name } = stored;
        ignoringMissing(() => deleteObject({ cluster: this.#cluster, kind, namespace, name, options: {} }));
      }
      if (this.#cluster.store.count(kind.resource) > 0) return;
    }
    this.#removeFinalizer(crd);
  }

  #removeFinalizer(crd: KubeObject): void {
    const rest = (crd.metadata?.finalizers ?? []).filter((name) => name !== cleanupFinalizer);
    const bare = withMetadata(crd, { finalizers: rest.length === 0 ? undefined : rest });
    if (rest.length === 0) this.#cluster.store.remove(resource, bare);
    else if (rest.length !== crd.metadata?.finalizers?.length) this.#cluster.store.put(resource, bare);
  }
}

function ignoringMissing(work: () => void): void {
  try {
    work();
  } catch (error: unknown) {
    // Deleted by someone else meanwhile.
    if (!(error instanceof StatusError) || error.code !== 404) throw error;
  }
}

function acceptedOf(crd: KubeObject): CrdNames {
  const { acceptedNames } = (crd.status ?? {}) as { readonly acceptedNames?: CrdNames };
  return acceptedNames ?? { plural: "", kind: "" };
}

const acceptedConditions: readonly Condition[] = [
  { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
  {
    type: "Established",
    status: "True",
    reason: "InitialNamesAccepted",
    message: "the initial names have been accepted",
  },
];

/** A definition that was in force stays so. */
function refusedConditions({ reason, message }: NameConflict, isEstablished: boolean): readonly Condition[] {
  const names = { type: "NamesAccepted", status: "False", reason, message };
  if (isEstablished) return [names];
  return [
    names,
    { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" },
  ];
}

/** The time of a condition changes with its status alone. */
function withTime(condition: Condition, known: readonly Condition[], now: string): Condition {
  const before = known.find(({ type }) => type === condition.type);
  const isSame = before?.status === condition.status;
  const { type, status, reason, message } = condition;
  return { type, status, lastTransitionTime: isSame ? (before.lastTransitionTime ?? now) : now, reason, message };
}
