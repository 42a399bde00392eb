import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { KubeClient } from "../../kube/client.ts";
import { openKubeClient } from "../../kube/rest-client.ts";
import { type Controllers, openControllers } from "../controllers.ts";
import { type EmbeddedHub, startEmbeddedHub } from "../embedded-hub.ts";
import type { DemoNames } from "./names.ts";
import { type DemoRepository, makeRepository } from "./repository.ts";
import type { Expectation } from "./wait.ts";

/** A hub, its controllers and a repository, all in this process and in one temporary directory. */
export interface DemoWorld {
  readonly names: DemoNames;
  readonly hub: EmbeddedHub;
  readonly client: KubeClient;
  readonly controllers: Controllers;
  readonly repository: DemoRepository;
  readonly kubeconfig: string;
  /** How long each wait of the story may take. */
  readonly patience: Pick<Expectation<unknown>, "timeoutMs" | "signal">;
  /** A client of a member, as its Secret describes it. */
  member(name: string): KubeClient;
  /** Ends everything in order and removes the directory. */
  close(): Promise<void>;
}

export interface DemoWorldOptions {
  readonly names: DemoNames;
  readonly log: Log;
  readonly version: string;
  readonly gitEnvironment: Readonly<Record<string, string>>;
  /** How long it takes until a simulated workload is healthy. Default 500. */
  readonly healthyAfterMs?: number;
  /** How long each wait of the story may take. Default 60,000. */
  readonly timeoutMs?: number;
  /** Ends the waits of the story. */
  readonly signal?: AbortSignal;
}

/** Remotes are asked this often: what a person waits for after a push. */
const gitMaxAgeMs = 500;

export async function startDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "fleetset-demo-")));
  try {
    return await startIn(folder, options);
  } catch (error: unknown) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, options: DemoWorldOptions): Promise<DemoWorld> {
  const { names, log, version, gitEnvironment, healthyAfterMs = 500, timeoutMs = 60_000, signal } = options;
  const repository = await makeRepository(join(folder, "platform"));
  const clock = systemClock;
  const onError = (error: unknown) => log.warn("embedded hub", { error });
  const hub = await startEmbeddedHub({ namespace: names.namespace, clock, healthyAfterMs, onError });
  const client = openKubeClient(hub.connection);
  const controllers = openControllers({
    ...{ hub: client, hubConnection: hub.connection, namespace: names.namespace, version, clock, log, gitEnvironment },
    ...{ delivery: "push", newGitFileGlobbing: false, gitMaxAgeMs, allowLocal: [folder] },
  });
  const stop = new AbortController();
  const ended = controllers.run(stop.signal);
  // What goes wrong while nobody waits is told by whoever closes the world.
  ended.catch(() => undefined);
  const kubeconfig = join(folder, "kubeconfig");
  const members = new Map<string, KubeClient>();
  return {
    ...{ names, hub, client, controllers, kubeconfig, repository },
    patience: { timeoutMs, ...(signal === undefined ? {} : { signal }) },
    member(name) {
      const known = members.get(name);
      const opened = known ?? openKubeClient({ ...hub.connection, server: `${hub.server.url}/clusters/${name}` });
      members.set(name, opened);
      return opened;
    },
    async close() {
      stop.abort();
      try {
        await ended;
      } finally {
        await Promise.all([client.close(), ...[...members.values()].map((each) => each.close())]);
        await hub.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
