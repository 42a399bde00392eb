import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppProject } from "../../crds/app-project.ts";
import { type RunningApiServer, startApiServer } from "../../src/apiserver/start.ts";
import type { Outcome } from "../../src/base/outcome.ts";
import { parseYaml } from "../../src/base/yaml.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { clusterSecret } from "../../src/kube/cluster-secret.ts";
import { ignoreNotFound } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import { openKubeClient } from "../../src/kube/rest-client.ts";
import { openSyncEngine, type SyncEngine } from "../../src/sync/engine.ts";
import type { LiveApplication } from "../../src/sync/live-application.ts";
import { MemberPool } from "../../src/sync/members.ts";
import { syncApplication } from "../../src/sync/sync.ts";
import { FakeClock } from "../support/clock.ts";
import { MemoryGit, type MemoryRepository } from "../support/memory-git.ts";

export const repoURL = "https://git.test/apps.git";
const applications = {
  group: "argoproj.io",
  version: "v1alpha1",
  plural: "applications",
  namespace: "argocd",
} as const;

const plurals: { readonly [kind: string]: string } = {
  "v1/ConfigMap": "configmaps",
  "v1/Secret": "secrets",
  "v1/Namespace": "namespaces",
  "v1/Service": "services",
  "apps/v1/Deployment": "deployments",
  "apiextensions.k8s.io/v1/CustomResourceDefinition": "customresourcedefinitions",
};

export function configMap(name: string, data: Record<string, string> = { a: "1" }, metadata: object = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

export function yaml(...objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join("\n---\n");
}

/** Hub, members and a repository, all real but for the clock, the network's distance and git. */
export class World {
  readonly clock = new FakeClock();
  readonly git = new MemoryGit();
  readonly repository: MemoryRepository = this.git.repository(repoURL);
  readonly projects = new Map<string, AppProject>();
  readonly events: string[] = [];
  readonly recovered: string[] = [];
  readonly hub: KubeClient;
  readonly engine: SyncEngine;
  readonly members: MemberPool;
  secrets: KubeObject[];
  readonly #server: RunningApiServer;
  readonly #clients = new Map<string, KubeClient>();

  static async start(...members: readonly string[]): Promise<World> {
    const server = await startApiServer({ plainHttp: true, clusters: members });
    const world = new World(server, members);
    await world.#install();
    return world;
  }

  private constructor(server: RunningApiServer, members: readonly string[]) {
    this.#server = server;
    this.hub = this.#client("");
    this.secrets = members.map((name) => this.secretOf(name));
    this.members = new MemberPool({
      ...{ hub: this.hub, clock: this.clock, random: () => 1, secrets: () => this.secrets },
      client: { limits: { connectMs: 2_000, callMs: 5_000 } },
      onRecovered: ({ name }) => this.recovered.push(name),
    });
    this.engine = openSyncEngine({
      ...{ hub: this.hub, members: this.members, git: this.git, controlNamespace: "argocd" },
      ...{ clock: this.clock, random: () => 0, project: (name: string) => this.projects.get(name) },
      record: (app, type, reason, message) => this.events.push(`${app.metadata.name} ${type} ${reason} ${message}`),
    });
  }

  secretOf(name: string, config: object = { bearerToken: this.#server.token }): KubeObject {
    const server = `${this.#server.url}/clusters/${name}`;
    return { ...clusterSecret({ name, server, namespace: "argocd", config }) };
  }

  async stop(): Promise<void> {
    await this.members.close();
    for (const client of this.#clients.values()) await client.close();
    await this.#server.close();
  }

  member(name: string): KubeClient {
    return this.#client(name);
  }

  #client(name: string): KubeClient {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const path = name === "" ? "" : `/clusters/${name}`;
    const authorization = () => `Bearer ${this.#server.token}`;
    const client = openKubeClient({ server: `${this.#server.url}${path}`, authorization });
    this.#clients.set(name, client);
    return client;
  }

  async #install(): Promise<void> {
    const crds = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
    const text = readFileSync(join(import.meta.dirname, "../../crds/manifests/applications.yaml"), "utf8");
    await this.hub.create(crds, parseYaml(text) as unknown as KubeObject);
    await this.hub.create(
      { group: "", version: "v1", plural: "namespaces" },
      {
        ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } },
      },
    );
  }

  /** Makes an Application of the folder `app` for the member `one` and gives its name. */
  async create(spec: object = {}, metadata: object = {}): Promise<LiveApplication> {
    return this.hub.create<LiveApplication>(applications, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "web", namespace: "argocd", ...metadata },
      spec: {
        project: "default",
        source: { repoURL, path: "app", targetRevision: "main" },
        destination: { name: "one", namespace: "default" },
        syncPolicy: { automated: {} },
        ...spec,
      },
    });
  }

  app(name = "web"): Promise<LiveApplication> {
    return this.hub.get<LiveApplication>({ ...applications, name });
  }

  async patch(body: object, name = "web"): Promise<void> {
    await this.hub.patch({ ...applications, name }, { kind: "merge", body });
  }

  async delete(name = "web"): Promise<void> {
    await this.hub.delete({ ...applications, name });
  }

  /** One look at an Application as it stands on the hub. */
  async sync(name = "web"): Promise<Outcome> {
    return syncApplication(await this.app(name), this.engine, new AbortController().signal);
  }

  async get(member: string, kind: string, name: string, namespace?: string): Promise<KubeObject | undefined> {
    const plural = plurals[kind];
    if (plural === undefined) throw new Error(`no plural of ${kind} is known here`);
    const parts = kind.split("/");
    const type = { group: parts.length === 3 ? (parts[0] ?? "") : "", version: parts.at(-2) ?? "", plural, name };
    return ignoreNotFound(this.member(member).get(namespace === undefined ? type : { ...type, namespace }));
  }

  configMap(name: string, member = "one", namespace = "default"): Promise<KubeObject | undefined> {
    return this.get(member, "v1/ConfigMap", name, namespace);
  }
}
