import { beforeEach, describe, expect, it } from "vitest";
import type { ApiResource, KubeClient, ListOptions, WatchEvent, WatchOptions } from "../../src/kube/client.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/objects.ts";
import type { Comparison } from "../../src/sync/compare.ts";
import type { Member } from "../../src/sync/member.ts";
import { MemberWatches, type MemberWatchesOptions } from "../../src/sync/member-watches.ts";
import { FakeClock, settle } from "../support/clock.ts";

const configMaps: ApiResource = {
  ...{ group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true },
  verbs: ["list", "watch"],
};
const secrets = { ...configMaps, plural: "secrets", kind: "Secret" };

interface OpenWatch {
  readonly from: string | undefined;
  readonly signal: AbortSignal | undefined;
  send(type: WatchEvent["type"], name: string, version: string): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A member whose collections and events a test makes up. */
class FakeMember {
  readonly watches: OpenWatch[] = [];
  readonly asked: string[] = [];
  objects: { [name: string]: string } = {};
  failure: Error | undefined;
  readonly member: Member;

  constructor(cluster?: object, server = "https://m.test") {
    const client = { list: this.#list, watch: this.#watch } as unknown as KubeClient;
    this.member = { name: "m", server, client, cluster, run: (call: () => unknown) => call() } as unknown as Member;
  }

  readonly #list = async (ref: { readonly plural: string }, options: ListOptions) => {
    this.asked.push(`${ref.plural}${options.metadataOnly === true ? " metadata" : ""}`);
    if (this.failure !== undefined) throw this.failure;
    const items = Object.entries(this.objects).map(([name, version]) => objectOf(name, version));
    return { items, resourceVersion: "100" };
  };

  readonly #watch = (_ref: object, { resourceVersion: from, signal }: WatchOptions): AsyncIterable<WatchEvent> => {
    const events: WatchEvent[] = [];
    let failure: Error | undefined;
    let wake = (): void => undefined;
    signal?.addEventListener("abort", () => wake());
    const tell = async () => {
      wake();
      await settle();
    };
    this.watches.push({
      ...{ from, signal },
      send: (type, name, version) => {
        events.push({ type, object: objectOf(name, version) });
        return tell();
      },
      fail: (error) => {
        failure = error;
        return tell();
      },
    });
    return (async function* () {
      for (;;) {
        for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
        if (failure !== undefined) throw failure;
        if (signal?.aborted) throw new KubeError("Aborted", "the watch was ended");
        await new Promise<void>((resolve) => (wake = resolve));
      }
    })();
  };

  get last(): OpenWatch {
    return this.watches.at(-1) as OpenWatch;
  }
}

function objectOf(name: string, resourceVersion: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "x", resourceVersion } };
}

/** What a comparison saw: names with their versions, an empty one for an object that is not there. */
function saw(versions: { readonly [name: string]: string }, resource = configMaps): Comparison[] {
  return Object.entries(versions).map(([name, version]) => ({
    ...{ key: { group: "", kind: resource.kind, namespace: "x", name }, version: "v1", verdict: "synced", resource },
    live: version === "" ? undefined : objectOf(name, version),
    target: undefined,
  }));
}

const clock = new FakeClock();
let member: FakeMember;
let looks: string[];
let ends: () => Promise<void>;

beforeEach(() => {
  member = new FakeMember();
  looks = [];
  return () => ends();
});

function start(options: Partial<MemberWatchesOptions> = {}): MemberWatches {
  const watches = new MemberWatches({
    ...{ clock, random: () => 1, onChange: (app) => looks.push(app), isCurrent: () => true },
    ...options,
  });
  const stop = new AbortController();
  const ended = watches.run(stop.signal);
  ends = async () => {
    stop.abort();
    await ended;
    expect(watches.size).toBe(0);
  };
  return watches;
}

describe("MemberWatches", () => {
  it("tells of a change that no comparison saw, once, and not of what it saw", async () => {
    member.objects = { a: "5" };
    start().follow("app", member.member, saw({ a: "5", b: "" }));
    await settle();
    expect(member.asked).toEqual(["configmaps metadata"]);
    expect(member.last.from).toBe("100");
    await member.last.send("MODIFIED", "a", "5");
    await member.last.send("ADDED", "nobody", "6");
    await member.last.send("DELETED", "b", "7");
    await clock.advance(10_000);
    expect(looks).toEqual([]);

    await member.last.send("MODIFIED", "a", "8");
    await member.last.send("DELETED", "a", "9");
    await clock.advance(10_000);
    expect(looks).toEqual(["app"]);
  });

  it.each([
    { event: "DELETED", version: "6", known: "5" },
    { event: "ADDED", version: "6", known: "" },
    { event: "MODIFIED", version: "6", known: "5" },
  ] as const)("$event is news for who saw '$known'", async ({ event, version, known }) => {
    member.objects = known === "" ? {} : { a: known };
    start().follow("app", member.member, saw({ a: known }));
    await settle();
    await member.last.send(event, "a", version);
    await clock.advance(1_000);
    expect(looks).toEqual(["app"]);
  });

  it("takes a write of our own for no news, though its event comes before its answer", async () => {
    const watches = start();
    watches.follow("app", member.member, saw({ a: "" }));
    await settle();
    await member.last.send("ADDED", "a", "6");
    await member.last.send("MODIFIED", "a", "7");
    watches.follow("app", member.member, saw({ a: "7" }));
    await clock.advance(10_000);
    expect(looks).toEqual([]);
  });

  it("tells of what happened before the comparison that had not seen it was entered", async () => {
    const watches = start();
    watches.follow("other", member.member, saw({ z: "" }));
    await settle();
    await member.last.send("DELETED", "a", "9");
    await member.last.send("MODIFIED", "b", "6");
    watches.follow("late", member.member, saw({ a: "5" }));
    watches.follow("knowing", member.member, saw({ b: "6" }));
    await clock.advance(1_000);
    expect(looks).toEqual(["late"]);
  });

  it("tells each Application that holds the object", async () => {
    const watches = start();
    watches.follow("one", member.member, saw({ a: "5" }));
    watches.follow("two", member.member, saw({ a: "5" }));
    await settle();
    expect(member.watches).toHaveLength(1);
    await clock.advance(1_000);
    expect(looks.sort()).toEqual(["one", "two"]);
  });

  it("looks more and more rarely at what changes all the time, and forgets that in a calm minute", async () => {
    member.objects = { a: "5" };
    start().follow("app", member.member, saw({ a: "5" }));
    await settle();
    for (let version = 1_000; version < 1_120; version += 1) {
      await member.last.send("MODIFIED", "a", String(version));
      await clock.advance(1_000);
    }
    expect(looks.length).toBeGreaterThan(4);
    expect(looks.length).toBeLessThan(12);
    await clock.advance(120_000);
    const before = looks.length;
    await member.last.send("MODIFIED", "a", "2000");
    await clock.advance(300);
    expect(looks).toHaveLength(before + 1);
  });

  it("finds by a list what it missed while it could not watch", async () => {
    member.objects = { a: "5", b: "6" };
    const watches = start();
    watches.follow("one", member.member, saw({ a: "5" }));
    watches.follow("two", member.member, saw({ b: "6" }));
    await settle();
    member.objects = { a: "5" };
    await member.last.fail(new KubeError("Expired", "too old", { code: 410 }));
    await clock.advance(1_000);
    expect(member.watches).toHaveLength(2);
    expect(looks).toEqual(["two"]);
  });

  it("goes on where a watch ended in order, and tries a kind that may not be read again later", async () => {
    member.failure = new KubeError("Forbidden", "no", { code: 403 });
    start().follow("app", member.member, saw({ a: "5" }));
    await clock.advance(1_000);
    expect(member.watches).toEqual([]);
    member.failure = undefined;
    member.objects = { a: "5" };
    await clock.advance(10_000);
    expect(member.watches).toHaveLength(1);
    expect(looks).toEqual([]);
  });

  it("ends a watch with the last object that is followed", async () => {
    const watches = start();
    watches.follow("app", member.member, [...saw({ a: "5" }), ...saw({ s: "5" }, secrets)]);
    await settle();
    expect(watches.size).toBe(2);
    watches.follow("app", member.member, saw({ a: "5" }));
    await settle();
    expect(watches.size).toBe(1);
    watches.forget("app");
    await settle();
    expect(watches.size).toBe(0);
    expect(member.watches.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  it("opens no more than it may, and the next when one ends", async () => {
    const watches = start({ maxWatches: 1 });
    watches.follow("one", member.member, saw({ a: "5" }));
    watches.follow("two", member.member, saw({ s: "5" }, secrets));
    await settle();
    expect(member.asked).toEqual(["configmaps metadata"]);
    watches.forget("one");
    await settle();
    expect(member.asked).toEqual(["configmaps metadata", "secrets metadata"]);
    expect(watches.size).toBe(1);
  });

  it("waits while Applications wait, but not for ever", async () => {
    let isCalm = false;
    start({ isCalm: () => isCalm }).follow("app", member.member, saw({ a: "5" }));
    await clock.advance(10_000);
    expect(member.asked).toEqual([]);
    isCalm = true;
    await clock.advance(1_000);
    expect(member.asked).toHaveLength(1);
  });

  it("watches with the new connection of a member that is registered anew, and no longer with the old one", async () => {
    const renewed = new FakeMember();
    const current = new Set([member.member]);
    const watches = start({ isCurrent: (one) => current.has(one) });
    watches.follow("app", member.member, saw({ a: "5" }));
    await settle();
    current.clear();
    current.add(renewed.member);
    watches.follow("app", renewed.member, saw({ a: "5" }));
    await settle();
    expect(member.last.signal?.aborted).toBe(true);
    expect(renewed.watches).toHaveLength(1);
    expect(watches.size).toBe(1);
  });

  it.each([
    { why: "credentials that reach some namespaces only", cluster: { namespaces: ["x"] }, resource: configMaps },
    { why: "a kind that cannot be watched", cluster: undefined, resource: { ...configMaps, verbs: ["list"] } },
    { why: "leases", cluster: undefined, resource: { ...configMaps, kind: "Lease", plural: "leases" } },
  ])("leaves $why to the periodic comparison", async ({ cluster, resource }) => {
    const other = new FakeMember(cluster);
    start().follow("app", other.member, saw({ a: "5" }, resource));
    await settle();
    expect(other.asked).toEqual([]);
  });
});
