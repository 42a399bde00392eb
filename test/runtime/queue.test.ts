import { describe, expect, it } from "vitest";
import { backoffMs } from "../../src/base/backoff.ts";
import { KeyedBackoff } from "../../src/runtime/backoff.ts";
import { Delays } from "../../src/runtime/delays.ts";
import { WorkQueue } from "../../src/runtime/queue.ts";
import { FakeClock, settle } from "../support/clock.ts";
import { fc } from "../support/properties.ts";

describe("queue", () => {
  it("holds a key once and hands keys out in their order", async () => {
    const queue = new WorkQueue();
    for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(["a", "b", "c"]);
    expect(queue.waiting).toBe(0);
  });

  it("hands a key that was added while it was worked on out again, but not before it is done", async () => {
    const queue = new WorkQueue();
    queue.add("a");
    await queue.take();
    queue.add("a");
    queue.add("a");
    let second: string | undefined;
    void queue.take().then((key) => {
      second = key;
    });
    await settle();
    expect(second).toBeUndefined();
    queue.done("a");
    await settle();
    expect(second).toBe("a");
    queue.done("a");
    expect([queue.waiting, queue.working]).toEqual([0, 0]);
  });

  it("lets groups take turns and keeps to the limit per group", async () => {
    const queue = new WorkQueue({ groupOf: (key) => key[0] ?? "", maxPerGroup: 2 });
    for (const key of ["a1", "a2", "a3", "a4", "b1"]) queue.add(key);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(["a1", "b1", "a2"]);
    let next: string | undefined;
    void queue.take().then((key) => {
      next = key;
    });
    await settle();
    expect(next).toBeUndefined();
    queue.done("a1");
    await settle();
    expect(next).toBe("a3");
  });

  it("keeps a key single when its group changes while it waits", async () => {
    let group = "x";
    const queue = new WorkQueue({ groupOf: () => group });
    queue.add("a");
    group = "y";
    queue.add("a");
    expect(queue.waiting).toBe(1);
  });

  it("adds later what is asked for later, at the earliest time", async () => {
    const clock = new FakeClock();
    const queue = new WorkQueue({ clock });
    queue.addAfter("a", 5_000);
    queue.addAfter("a", 1_000);
    queue.addAfter("a", 9_000);
    queue.addAfter("b", 3_000);
    await clock.advance(1_000);
    expect([queue.waiting, queue.delayed]).toEqual([1, 1]);
    queue.add("b");
    expect([queue.waiting, queue.delayed]).toEqual([2, 0]);
    await clock.advance(10_000);
    expect(queue.waiting).toBe(2);
  });

  it("ends those who wait when it is closed", async () => {
    const queue = new WorkQueue({ clock: new FakeClock() });
    const waiting = queue.take();
    queue.addAfter("a", 10);
    queue.close();
    queue.add("b");
    expect([await waiting, await queue.take(), queue.waiting, queue.delayed]).toEqual([undefined, undefined, 0, 0]);
  });
});

describe("delays", () => {
  it("fire each key once, at its earliest time, in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 1_000 })), { maxLength: 60 }),
        async (adds) => {
          const clock = new FakeClock(0);
          const fired: [string, number][] = [];
          const delays = new Delays(clock, (key) => fired.push([key, clock.now()]));
          const earliest = new Map<string, number>();
          for (const [key, delay] of adds) {
            delays.add(`k${key}`, delay);
            earliest.set(`k${key}`, Math.min(delay, earliest.get(`k${key}`) ?? delay));
          }
          await clock.advance(1_000);
          expect(new Map(fired)).toEqual(earliest);
          expect(fired.length).toBe(earliest.size);
          expect(fired.map(([, at]) => at)).toEqual(fired.map(([, at]) => at).sort((a, b) => a - b));
          expect(clock.waiting).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("backoff", () => {
  const policy = { firstMs: 100, factor: 2, maxMs: 1_000 };

  it.each([
    [1, 0, 50],
    [1, 1, 100],
    [3, 1, 400],
    [9, 1, 1_000],
    [2_000, 1, 1_000],
  ])("waits after failure %i with luck %i for %i ms", (failures, random, want) => {
    expect(backoffMs(failures, policy, () => random)).toBe(want);
  });

  it("counts per key until the key is forgotten", () => {
    const backoff = new KeyedBackoff(policy, () => 1);
    expect([backoff.next("a"), backoff.next("a"), backoff.next("b")]).toEqual([100, 200, 100]);
    backoff.forget("a");
    expect([backoff.failures("a"), backoff.next("a")]).toEqual([0, 100]);
  });
});
