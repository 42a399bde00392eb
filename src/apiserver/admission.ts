import type { Kind } from "./kinds/kind.ts";
import type { KubeObject } from "./resources.ts";
import { forbidden, notFound, StatusError } from "./status-error.ts";
import type { ClusterStore } from "./store/cluster-store.ts";
import { qualifiedNameProblems } from "./validation/names.ts";

const namespaces = "/namespaces";
const namespaceRef = { group: "", plural: "namespaces" };
const immortal = new Set(["default", "kube-system", "kube-public"]);
const standardFinalizers = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

/** What may be written where, beyond what a kind says of its objects: the life of namespaces above all. */
export class Admission {
  readonly #cluster: { readonly store: ClusterStore };

  constructor(cluster: { readonly store: ClusterStore }) {
    this.#cluster = cluster;
  }

  checkCreate(kind: Kind, object: KubeObject): void {
    if (kind.definition.namespaced) this.#checkNamespace(kind, object);
  }

  checkUpdate(_kind: Kind, _object: KubeObject, _live: KubeObject): void {
    // Updates need an object, hence a namespace, that is there: nothing more to ask.
  }

  checkDelete(kind: Kind, name: string): void {
    if (kind.resource !== namespaces || !immortal.has(name)) return;
    throw forbidden(namespaceRef, name, "this namespace may not be deleted");
  }

  #checkNamespace({ definition }: Kind, object: KubeObject): void {
    const namespace = object.metadata?.namespace ?? "";
    const stored = this.#cluster.store.get(namespaces, "", namespace);
    if (stored === undefined) throw notFound(namespaceRef, namespace);
    if (!stored.json.includes('"deletionTimestamp"') || stored.object.metadata?.deletionTimestamp === undefined) return;
    throw terminating(definition, object.metadata?.name ?? "", namespace);
  }

  /** Warnings that come with an object which is fine otherwise. */
  warnAbout(kind: Kind, object: KubeObject, live: KubeObject | undefined, warn: (text: string) => void): void {
    if (kind.isBuiltin) {
      for (const text of kind.rules.warnings?.(object, live) ?? []) warn(text);
      return;
    }
    const before = new Set(live?.metadata?.finalizers ?? []);
    const added = (object.metadata?.finalizers ?? []).filter((name) => !before.has(name));
    for (const name of [...new Set(added)].sort()) for (const text of finalizerWarnings(name)) warn(text);
  }
}

function finalizerWarnings(name: string): string[] {
  const about = `metadata.finalizers: ${JSON.stringify(name)}`;
  const warnings = qualifiedNameProblems(name).map((problem) => `${about}: ${problem}`);
  if (name.includes("/") || standardFinalizers.has(name)) return warnings;
  const path = name.includes(".") ? " including a path (/)" : "";
  const advice = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
  return [...warnings, `${about}: ${advice}`];
}

function terminating(
  resource: { readonly group: string; readonly plural: string },
  name: string,
  namespace: string,
): StatusError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = forbidden(resource, name, why);
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  return new StatusError({
    code: 403,
    reason: "Forbidden",
    message: status.message ?? why,
    details: { ...status.details, causes: [cause] },
  });
}
