import { Admission } from "./admission.ts";
import { ClusterAuth } from "./auth/cluster-auth.ts";
import type { TokenSigner } from "./auth/token-signer.ts";
import { type Kind, kindOf } from "./kinds/kind.ts";
import { apiVersionOf, type KubeObject, type ResourceDefinition, ResourceRegistry } from "./resources.ts";
import { pruneObject } from "./schema/prune.ts";
import { ClusterStore } from "./store/cluster-store.ts";
import type { Journal } from "./store/journal.ts";
import { StoredObject } from "./store/stored.ts";
import type { LogLimits } from "./store/watch-log.ts";

export interface ClusterOptions {
  /** "" for the hub. */
  readonly name: string;
  readonly builtins: readonly ResourceDefinition[];
  readonly now: () => number;
  readonly journal?: Journal | undefined;
  readonly logLimits?: LogLimits | undefined;
  readonly onBroken?: (error: unknown) => void;
  /** What signs the tokens of service accounts; one that lasts as long as the process unless given. */
  readonly signer?: TokenSigner;
}

/** One logical cluster: its kinds, its objects and its rules of admission. Knows nothing of HTTP. */
export class LogicalCluster {
  readonly name: string;
  readonly registry: ResourceRegistry;
  readonly store: ClusterStore;
  readonly admission: Admission;
  readonly auth: ClusterAuth;
  readonly now: () => number;

  constructor(options: ClusterOptions) {
    const { name, builtins, now, journal, logLimits, onBroken, signer } = options;
    this.name = name;
    this.now = now;
    this.registry = new ResourceRegistry(builtins);
    this.store = new ClusterStore({ cluster: name, journal, logLimits, ...(onBroken !== undefined && { onBroken }) });
    this.admission = new Admission(this);
    this.auth = new ClusterAuth({ cluster: name, store: this.store, now, signer });
  }

  kind(definition: ResourceDefinition): Kind {
    return kindOf(definition, this.registry);
  }

  /** A stored object as the kind's version shows it. */
  read(kind: Kind, namespace: string, name: string): StoredObject | undefined {
    const stored = this.store.get(kind.resource, namespace, name);
    return stored === undefined ? undefined : this.show(kind, stored);
  }

  show(kind: Kind, stored: StoredObject): StoredObject {
    const { sharedWith } = kind.definition;
    const json =
      sharedWith === undefined ? stored.jsonAs(kind.apiVersion) : JSON.stringify(sharedWith.fromStored(stored.object));
    if (json === stored.json) return stored;
    return new StoredObject(stored.namespace, stored.name, stored.version, json);
  }

  /** The object as the kind's storage version files it: what that version does not know is lost. */
  toStorage(kind: Kind, object: KubeObject): KubeObject {
    const { group, plural, sharedWith, storage: isStored } = kind.definition;
    if (sharedWith !== undefined) return sharedWith.toStored(object);
    if (isStored) return object;
    const storage = this.registry.versions(group, plural).find((version) => version.storage);
    if (storage === undefined) return object;
    const filed = { ...object, apiVersion: apiVersionOf(storage) };
    return storage.schema === undefined || kind.isBuiltin ? filed : pruneObject(filed, storage.schema).object;
  }
}
