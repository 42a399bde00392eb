import { KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { mask } from "../conformance/mask.ts";
import { type Api, apiOf } from "../support/api.ts";
import { until } from "../support/clock.ts";
import { Door } from "../support/door.ts";
import { customCalls, objectCalls, typedCalls } from "./node-calls.ts";
import { informerStories, watchStories } from "./node-watches.ts";

/** One thing that a client did, and what it got for it. */
export interface Entry {
  readonly step: string;
  readonly saw: unknown;
}

/** What the steps of a session have at hand. */
export interface Session {
  readonly config: KubeConfig;
  /** The same server through a door that can be shut. */
  readonly guarded: KubeConfig;
  readonly door: Door;
  readonly namespace: string;
  /** Without a client, for what comes before and after a step. */
  readonly api: Api;
  /** Does a step and notes its answer, or how it was refused. */
  step(name: string, call: () => unknown): Promise<void>;
}

interface Refusal {
  readonly code?: number;
  readonly body?: unknown;
  readonly message?: string;
}

/** What an error of the client says, without the headers of the answer. */
export function refusal(error: unknown): object {
  const { code, body, message } = error as Refusal;
  return code === undefined ? { error: message } : { code, body: parsed(body) };
}

function parsed(body: unknown): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body);
  } catch {
    // An answer that is no JSON is shown as it is.
    return body;
  }
}

/** As JSON has it: clients turn times into dates and leave absent fields undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? null : mask(JSON.parse(JSON.stringify(value)));
}

export function configOf(kubeconfig: string, port?: number): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (port === undefined) return config;
  const clusters = config.clusters.map((cluster) => ({ ...cluster, server: `https://127.0.0.1:${port}` }));
  config.loadFromOptions({ ...config, clusters, currentContext: config.currentContext });
  return config;
}

const namespace = "node-clients";

/** Uses a server as programs made with `@kubernetes/client-node` do, and tells what they saw. */
export async function runNodeSession(kubeconfig: string): Promise<Entry[]> {
  const config = configOf(kubeconfig);
  const door = await Door.to(Number(new URL(config.getCurrentCluster()?.server ?? "").port));
  const entries: Entry[] = [];
  const session: Session = {
    ...{ config, guarded: configOf(kubeconfig, door.port), door, namespace, api: apiOf(kubeconfig) },
    async step(name, call) {
      try {
        entries.push({ step: name, saw: plain(await call()) });
      } catch (error: unknown) {
        entries.push({ step: name, saw: plain(refusal(error)) });
      }
    },
  };
  for (const part of [objectCalls, typedCalls, customCalls, watchStories, informerStories]) await part(session);
  await session.api.send("DELETE", `/api/v1/namespaces/${namespace}`);
  session.api.close();
  await door.shut();
  return entries;
}

export function configMap(name: string, data: object, metadata: object = {}): KubernetesObject & { data: object } {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...metadata }, data };
}

/** Notes what happens, and waits until as much of it has happened. */
export class Diary {
  readonly lines: string[] = [];

  readonly note = (line: string): void => void this.lines.push(line);

  /** The first lines, once there are so many. */
  async take(count: number): Promise<string[]> {
    await until(() => this.lines.length >= count, `${count} of ${JSON.stringify(this.lines)} have come`, 30_000);
    return this.lines.splice(0, count);
  }
}
