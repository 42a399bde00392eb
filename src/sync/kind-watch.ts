import type { BackoffPolicy } from "../base/backoff.ts";
import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ApiResource } from "../kube/client.ts";
import { isExpired } from "../kube/errors.ts";
import type { KubeObject } from "../kube/objects.ts";
import { Watchdog } from "../kube/watchdog.ts";
import type { Member } from "./member.ts";

/** An object that a watch told of, or that a list held. */
export interface Seen {
  /** `namespace/name`; the namespace is empty for objects of the cluster. */
  readonly object: string;
  /** Its resourceVersion; where it is gone, that of its end. */
  readonly version: string;
  readonly isGone: boolean;
}

export interface KindWatchOptions {
  readonly member: Member;
  readonly resource: ApiResource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Waits for its turn to read everything, so that a thousand members are not read at one time. */
  readonly turn: <T>(read: () => Promise<T>) => Promise<T>;
  /** False once the member is registered in another way: its connections are closed and must not be opened again. */
  readonly isCurrent: () => boolean;
  readonly onEvent: (seen: Seen) => void;
  /** Told of everything there is, before the first event and whenever events may have been missed: what is absent is gone. */
  readonly onList: (versions: ReadonlyMap<string, string>) => void;
}

/** A kind that may not be read stays so for long, and periodic comparisons go on meanwhile. */
const retryPolicy: BackoffPolicy = { firstMs: 2_000, factor: 3, maxMs: 600_000 };
const idleMs = 150_000;
const shortWatchMs = 1_000;

export function objectText({ namespace = "", name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/**
 * Follows all objects of a kind on a member, by their metadata alone and without keeping them, until the signal aborts or
 * the member is no longer current. Never rejects; a failure is tried again with growing waits.
 */
export async function watchKind(options: KindWatchOptions, signal: AbortSignal): Promise<void> {
  const { clock, random, log, resource, member } = options;
  let failures = 0;
  let version: string | undefined;
  while (!signal.aborted && options.isCurrent()) {
    try {
      if (version === undefined) version = await options.turn(() => readAll(options, signal));
      version = await follow(options, version, signal);
      failures = 0;
    } catch (error: unknown) {
      if (signal.aborted) return;
      // Whatever it was, what happened meanwhile is found by the next list.
      version = undefined;
      failures += 1;
      if (isExpired(error) && failures === 1) continue;
      log.debug("a kind is not watched for now", { cluster: member.name, kind: resource.kind, error, failures });
      await sleep(clock, backoffMs(failures, retryPolicy, random), signal);
    }
  }
}

/** Tells of all objects; gives the version from which on events will follow. */
async function readAll(
  { member, resource, onList, isCurrent }: KindWatchOptions,
  signal: AbortSignal,
): Promise<string> {
  const versions = new Map<string, string>();
  // Its turn may have come long after it was asked for.
  if (signal.aborted || !isCurrent()) throw new Error("the member is not current");
  const read = (token?: string) =>
    member.client.list(resource, { metadataOnly: true, signal, ...(token === undefined ? {} : { continue: token }) });
  let page = await read();
  for (;;) {
    for (const { metadata } of page.items) versions.set(objectText(metadata), metadata.resourceVersion ?? "");
    if (page.continue === undefined) break;
    page = await read(page.continue);
  }
  onList(versions);
  return page.resourceVersion;
}

/** Resolves with the version that was reached when the server has ended the watch in order, or it fell silent. */
async function follow(options: KindWatchOptions, from: string, signal: AbortSignal): Promise<string> {
  const { member, resource, clock, onEvent } = options;
  const watchdog = new Watchdog(clock, idleMs, signal);
  const startedAt = clock.now();
  let version = from;
  try {
    const watched = { resourceVersion: version, metadataOnly: true, signal: watchdog.signal } as const;
    for await (const { type, object } of member.client.watch<KubeObject>(resource, watched)) {
      watchdog.feed();
      version = object.metadata.resourceVersion ?? version;
      if (type !== "BOOKMARK") onEvent({ object: objectText(object.metadata), version, isGone: type === "DELETED" });
    }
  } catch (error: unknown) {
    if (!watchdog.fired) throw error;
    return version;
  } finally {
    watchdog.end();
  }
  if (version === from && clock.now() - startedAt < shortWatchMs) throw new Error("the watch ended at once");
  return version;
}
