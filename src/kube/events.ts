import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { kubeTime, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { redactText, silentLog } from "../base/log.ts";
import type { KubeClient } from "./client.ts";
import { isAlreadyExists, isNotFound } from "./errors.ts";
import type { KubeObject, ResourceRef } from "./objects.ts";
import { describeObject } from "./objects.ts";

export type EventType = "Normal" | "Warning";

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** Who tells: `fleetset-applicationset-controller`. */
  readonly component: string;
  readonly clock?: Clock;
  readonly log?: Log;
}

const eventsRef = { group: "", version: "v1", plural: "events" } as const;
const maxMessageLength = 1_024;
/** After which the same news makes a new Event; API servers forget Events after an hour. */
const windowMs = 30 * 60_000;
const maxKept = 4_096;
const maxPending = 1_000;

interface Series {
  readonly name: string;
  readonly firstAtMs: number;
  count: number;
}

/**
 * Writes Events about objects. The same news about the same object counts up one Event instead of making more. Telling
 * never fails and never waits: what can't be written is logged and forgotten.
 */
export class EventRecorder {
  readonly #client: KubeClient;
  readonly #component: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #series = new Map<string, Series>();
  #queue: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(options: EventRecorderOptions) {
    this.#client = options.client;
    this.#component = options.component;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
  }

  /** Tells about an object. `reason` is CamelCase, `message` holds no secret. */
  record(object: KubeObject, type: EventType, reason: string, message: string): void {
    if (this.#pending >= maxPending) {
      this.#log.warn("an event is left out, too many wait to be written", { object: describeObject(object), reason });
      return;
    }
    const text = redactText(message).slice(0, maxMessageLength);
    this.#pending++;
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#write(object, type, reason, text);
      } catch (error: unknown) {
        this.#log.warn("an event could not be written", { object: describeObject(object), reason, error });
      } finally {
        this.#pending--;
      }
    });
  }

  /** Resolves when all that was told so far is written or given up. */
  async flush(): Promise<void> {
    await this.#queue;
  }

  async #write(object: KubeObject, type: EventType, reason: string, message: string): Promise<void> {
    const { uid = "", name, namespace } = object.metadata;
    const key = [object.kind, namespace, name, uid, type, reason, message].join("\0");
    const now = this.#clock.now();
    const known = this.#series.get(key);
    const series = known !== undefined && now - known.firstAtMs < windowMs ? known : this.#begin(key, object);
    series.count++;
    const place = namespace === undefined || namespace === "" ? "default" : namespace;
    const ref: ResourceRef = { ...eventsRef, namespace: place, name: series.name };
    if (series.count > 1) {
      const body = { count: series.count, lastTimestamp: kubeTime(now) };
      try {
        await this.#client.patch(ref, { kind: "merge", body });
        return;
      } catch (error: unknown) {
        // The server has forgotten it: it is written anew with its count.
        if (!isNotFound(error)) throw error;
      }
    }
    try {
      await this.#client.create(ref, this.#event(object, { type, reason, message }, series));
    } catch (error: unknown) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  #begin(key: string, object: KubeObject): Series {
    const now = this.#clock.now();
    const hash = createHash("sha256").update(`${key}\0${now}`).digest("hex").slice(0, 16);
    const series = { name: `${object.metadata.name.slice(0, 200)}.${hash}`, firstAtMs: now, count: 0 };
    this.#series.delete(key);
    this.#series.set(key, series);
    const oldest = this.#series.keys().next();
    if (this.#series.size > maxKept && oldest.done !== true) this.#series.delete(oldest.value);
    return series;
  }

  #event(
    object: KubeObject,
    news: { readonly type: EventType; readonly reason: string; readonly message: string },
    series: Series,
  ): KubeObject {
    const { uid, name, namespace, resourceVersion } = object.metadata;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: series.name, namespace: namespace || "default" },
      involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
      ...news,
      count: series.count,
      firstTimestamp: kubeTime(series.firstAtMs),
      lastTimestamp: kubeTime(this.#clock.now()),
      source: { component: this.#component },
    };
  }
}
