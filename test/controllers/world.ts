import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { inject, vi } from "vitest";
import { openLog } from "../../src/base/log.ts";
import { type ControllerSettings, type Controllers, openControllers } from "../../src/cli/controllers.ts";
import type { LiveApplication, LiveSet } from "../../src/controllers/hub-view.ts";
import { fastClock } from "../support/fast-clock.ts";
import { namespace, TestHub } from "../support/hub.ts";

/** Of fleetset, as plans name it. */
export const version = "1.2.3";

export interface Settings extends Pick<Partial<ControllerSettings>, "delivery" | "budget" | "selector"> {
  readonly members?: readonly string[];
  /** How many times as fast as the real one the time of hub and controllers goes by. Default 10. */
  readonly speed?: number;
}

export interface ShownCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * A hub with its members and the controllers that look after it, all of them real but for the speed of time. The hub is
 * embedded, or the real server that the tier provides, whose own time goes by as ever.
 */
export class World {
  readonly hub: TestHub;
  readonly clock: ReturnType<typeof fastClock>;
  readonly controllers: Controllers;
  /** What the controllers logged. */
  readonly log: string[] = [];
  /** Repositories below it may be named by `file://`. */
  readonly repositories: string;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  static async start({ members = [], speed = 10, ...settings }: Settings = {}): Promise<World> {
    const clock = fastClock(speed);
    // Only the tier of the real server provides one.
    const real = inject("realServer") ?? {};
    const outside = "kubeconfig" in real ? { kubeconfig: real.kubeconfig } : {};
    return new World(await TestHub.start({ clock, members, healthyAfterMs: 500, ...outside }), clock, settings);
  }

  private constructor(hub: TestHub, clock: ReturnType<typeof fastClock>, settings: Settings) {
    this.hub = hub;
    this.clock = clock;
    this.repositories = join(hub.folder, "repositories");
    mkdirSync(this.repositories);
    const { connection } = hub;
    this.controllers = openControllers({
      ...{ hub: hub.client, hubConnection: connection, namespace, version },
      ...{ delivery: "hub", gitEnvironment: { PATH: process.env.PATH ?? "" }, cacheDir: join(hub.folder, "cache") },
      ...{ allowLocal: [this.repositories], newGitFileGlobbing: false, gitMaxAgeMs: 100 },
      clock,
      log: openLog({ level: "info", write: (line) => this.log.push(line) }),
      ...settings,
    });
    this.#ended = this.controllers.run(this.#stop.signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.hub.close();
  }

  set(name: string): Promise<LiveSet | undefined> {
    return this.hub.get<LiveSet>("ApplicationSet", name);
  }

  app(name: string): Promise<LiveApplication | undefined> {
    return this.hub.get<LiveApplication>("Application", name);
  }

  /** The Applications that a set controls, by name. */
  async appsOf(set: string): Promise<ReadonlyMap<string, LiveApplication>> {
    const apps = await this.hub.list<LiveApplication>("Application");
    const owned = apps.filter(({ metadata }) => metadata.ownerReferences?.some(({ name }) => name === set));
    return new Map(owned.map((app) => [app.metadata.name, app]));
  }

  async namesOf(set: string): Promise<string[]> {
    return [...(await this.appsOf(set)).keys()].sort();
  }

  /** The conditions of a set by their type, without their times. */
  async conditions(name: string): Promise<Readonly<Record<string, ShownCondition>>> {
    const set = await this.set(name);
    const conditions = (set?.status?.conditions ?? []) as readonly (ShownCondition & { readonly type: string })[];
    return Object.fromEntries(
      conditions.map(({ type, status, reason, message }) => [type, { status, reason, message }]),
    );
  }

  /** Makes a look at a set happen and waits until it has ended in full. */
  async look(name: string): Promise<void> {
    const annotation = "argocd.argoproj.io/application-set-refresh";
    await this.hub.patch("ApplicationSet", name, { metadata: { annotations: { [annotation]: "true" } } });
    await eventually(async () => {
      const set = await this.set(name);
      if (set?.metadata.annotations?.[annotation] !== undefined) throw new Error(`${name} has not been looked at`);
    });
  }
}

/** Tries an assertion until it holds; fails with what it last said. */
export function eventually<T>(assertion: () => T | Promise<T>, timeout = 10_000): Promise<T> {
  return vi.waitFor(assertion, { timeout, interval: 20 });
}

export interface SetParts {
  readonly elements?: readonly object[];
  readonly generators?: readonly object[];
  readonly metadata?: object;
  /** Of the template. */
  readonly app?: { readonly metadata?: object; readonly spec?: object };
  /** The rest of the spec. */
  readonly spec?: object;
}

/** An ApplicationSet that gives an Application of the name `{{name}}` for each element of a list. */
export function makeSet(name: string, { elements = [], generators, metadata, app, spec }: SetParts): object {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name, namespace, ...metadata },
    spec: {
      generators: generators ?? [{ list: { elements } }],
      template: {
        metadata: { name: "{{name}}", ...app?.metadata },
        spec: {
          project: "default",
          source: { repoURL: "https://git.test/apps.git", path: "{{name}}", targetRevision: "main" },
          destination: { name: "in-cluster", namespace: "{{name}}" },
          ...app?.spec,
        },
      },
      ...spec,
    },
  };
}

/** Elements of a list generator with these names. */
export function named(...names: readonly string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}
