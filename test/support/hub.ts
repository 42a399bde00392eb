import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { type EmbeddedHub, startEmbeddedHub } from "../../src/cli/embedded-hub.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { Connection } from "../../src/kube/connection.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import type { KubeObject, ResourceType } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { prepareRealHub, realConnection } from "./real-hub.ts";

const argo = { group: "argoproj.io", version: "v1alpha1" } as const;
const core = { group: "", version: "v1" } as const;

/** The kinds that tests write and look at, by their names. */
export const types = {
  ApplicationSet: { ...argo, plural: "applicationsets" },
  Application: { ...argo, plural: "applications" },
  AppProject: { ...argo, plural: "appprojects" },
  Secret: { ...core, plural: "secrets" },
  ConfigMap: { ...core, plural: "configmaps" },
  Service: { ...core, plural: "services" },
  Namespace: { ...core, plural: "namespaces" },
  Event: { ...core, plural: "events" },
  Deployment: { group: "apps", version: "v1", plural: "deployments" },
} satisfies { readonly [kind: string]: ResourceType };

export type Kind = keyof typeof types;

export const namespace = "argocd";

const kept = ["ApplicationSet", "Application", "AppProject", "Secret", "ConfigMap"] as const;

export interface TestHubOptions {
  readonly clock?: Clock;
  readonly members?: readonly string[];
  readonly healthyAfterMs?: number;
  /** Of a real API server that is to be the hub; members stay embedded. */
  readonly kubeconfig?: string;
}

/** A hub with a kubeconfig for others: embedded in the process of the test, or a real server. */
export class TestHub {
  readonly folder = mkdtempSync(join(tmpdir(), "fleetset-test-"));
  readonly kubeconfig = join(this.folder, "kubeconfig");
  /** What the server itself was not prepared for; a test that ends well leaves it empty. */
  readonly errors: unknown[];
  /** The hub itself, or only its members where the hub is a real server. */
  readonly embedded: EmbeddedHub;
  readonly connection: Connection;
  readonly client: KubeClient;
  readonly #members = new Map<string, KubeClient>();

  static async start(options: TestHubOptions = {}): Promise<TestHub> {
    const { clock = systemClock, members = [], healthyAfterMs = 50, kubeconfig } = options;
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const embedded = await startEmbeddedHub({ namespace, clock, healthyAfterMs, onError });
    const connection = kubeconfig === undefined ? embedded.connection : await realConnection(kubeconfig);
    const hub = new TestHub(embedded, connection, errors);
    if (kubeconfig === undefined) await embedded.writeKubeconfig(hub.kubeconfig);
    else {
      copyFileSync(kubeconfig, hub.kubeconfig);
      await prepareRealHub(hub.client, namespace);
    }
    for (const name of members) await hub.addMember(name);
    return hub;
  }

  private constructor(embedded: EmbeddedHub, connection: Connection, errors: unknown[]) {
    this.embedded = embedded;
    this.connection = connection;
    this.errors = errors;
    this.client = openKubeClient(connection);
  }

  /** Starts a simulated member and registers it. */
  async addMember(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    this.embedded.addMember(name);
    await this.create(this.embedded.memberSecret(name, labels));
  }

  /** A client of a member. */
  member(name: string): KubeClient {
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const { connection } = this.embedded;
    const client = openKubeClient({ ...connection, server: `${connection.server}/clusters/${name}` });
    this.#members.set(name, client);
    return client;
  }

  create<T extends KubeObject>(object: object): Promise<T> {
    const { kind, metadata } = object as KubeObject;
    return this.client.create<T>(
      { ...types[kind as Kind], namespace: metadata.namespace ?? namespace },
      object as KubeObject,
    );
  }

  patch<T extends KubeObject>(kind: Kind, name: string, body: object): Promise<T> {
    return this.client.patch<T>({ ...types[kind], namespace, name }, { kind: "merge", body });
  }

  delete(kind: Kind, name: string): Promise<void> {
    return this.client.delete({ ...types[kind], namespace, name });
  }

  /** One object; undefined when there is none. */
  get<T extends KubeObject>(kind: Kind, name: string): Promise<T | undefined> {
    return ignoreNotFound(this.client.get<T>({ ...types[kind], namespace, name }));
  }

  async list<T extends KubeObject>(kind: Kind): Promise<readonly T[]> {
    return (await this.client.list<T>({ ...types[kind], namespace })).items;
  }

  async names(kind: Kind): Promise<string[]> {
    return (await this.list(kind)).map(({ metadata }) => metadata.name).sort();
  }

  /** The version of every object that `state` holds: equal where nothing at all was written. */
  async versions(): Promise<Readonly<Record<string, string | undefined>>> {
    const lists = await Promise.all(kept.map((kind) => this.list(kind)));
    return Object.fromEntries(
      lists.flat().map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
    );
  }

  /** Everything that people and controllers keep on the hub, in one comparable value: events and status aside. */
  async state(): Promise<Readonly<Record<string, unknown>>> {
    const lists = await Promise.all(kept.map((kind) => this.list(kind)));
    return Object.fromEntries(lists.flat().map((object) => [`${object.kind} ${object.metadata.name}`, wanted(object)]));
  }

  async close(): Promise<void> {
    await Promise.all([this.client, ...this.#members.values()].map((client) => client.close()));
    await this.embedded.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An object without what changes by itself. */
export function wanted(object: KubeObject): unknown {
  const { status: _status, ...rest } = object;
  // A status written to an Application counts up its generation, since Argo CD's definition has no status subresource.
  const { resourceVersion: _version, managedFields: _fields, generation: _count, ...metadata } = object.metadata;
  return { ...rest, metadata };
}
