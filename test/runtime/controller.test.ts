import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/base/errors.ts";
import { done, requeue, stalled } from "../../src/base/outcome.ts";
import { KubeError } from "../../src/kube/errors.ts";
import { KeyedBackoff } from "../../src/runtime/backoff.ts";
import { Controller, type ControllerOptions } from "../../src/runtime/controller.ts";
import { Manager, type Part } from "../../src/runtime/manager.ts";
import { FakeClock, settle } from "../support/clock.ts";

function start(options: Partial<ControllerOptions> & Pick<ControllerOptions, "reconcile">) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const backoff = new KeyedBackoff({ firstMs: 1_000, factor: 2, maxMs: 60_000 }, () => 1);
  const controller = new Controller({ name: "test", clock, backoff, ...options });
  const ended = controller.run(stop.signal);
  return { clock, stop, controller, ended };
}

describe("controller", () => {
  it("works on keys side by side, up to its limit", async () => {
    let busy = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const { controller, stop, ended } = start({
      concurrency: 3,
      reconcile: async () => {
        most = Math.max(most, ++busy);
        await new Promise<void>((resolve) => finish.push(resolve));
        busy--;
        return done;
      },
    });
    for (let i = 0; i < 10; i++) controller.enqueue(`k${i}`);
    for (let i = 0; i < 10; i++) {
      await settle();
      finish.shift()?.();
    }
    await settle();
    expect([most, busy, controller.queue.waiting]).toEqual([3, 0, 0]);
    stop.abort();
    await ended;
  });

  it("backs off per key, honours what the server asks, and forgets failures after success", async () => {
    const at: [string, number][] = [];
    const failing = new Map<string, unknown>([["a", new Error("x")]]);
    const { controller, clock, stop, ended } = start({
      reconcile: async (key) => {
        at.push([key, clock.now() - Date.UTC(2026, 0, 1)]);
        if (failing.has(key)) throw failing.get(key);
        return done;
      },
    });
    controller.enqueue("a");
    controller.enqueue("b");
    await clock.advance(3_000);
    expect(at).toEqual([
      ["a", 0],
      ["b", 0],
      ["a", 1_000],
      ["a", 3_000],
    ]);
    failing.set("a", new KubeError("TooManyRequests", "slow down", { retryAfterMs: 20_000 }));
    await clock.advance(4_000);
    expect(at.at(-1)).toEqual(["a", 7_000]);
    failing.clear();
    await clock.advance(19_999);
    expect(at.at(-1)).toEqual(["a", 7_000]);
    await clock.advance(1);
    expect(at.at(-1)).toEqual(["a", 27_000]);
    expect(controller.failures("a")).toBe(0);
    stop.abort();
    await ended;
  });

  it("looks again when asked to, and not when stalled or done", async () => {
    const outcomes = new Map([
      ["soon", requeue(2_000)],
      ["never", stalled("NoPath")],
      ["fine", done],
    ]);
    const seen: string[] = [];
    const { controller, clock, stop, ended } = start({
      reconcile: async (key) => {
        seen.push(key);
        return outcomes.get(key) ?? done;
      },
    });
    for (const key of outcomes.keys()) controller.enqueue(key);
    await clock.advance(2_000);
    expect(seen).toEqual(["soon", "never", "fine", "soon"]);
    stop.abort();
    await ended;
    expect(clock.waiting).toBe(0);
  });

  it("lets what is under way end after the stop, and takes nothing new", async () => {
    const seen: string[] = [];
    let finish: () => void = () => undefined;
    const { controller, stop, ended } = start({
      concurrency: 1,
      reconcile: async (key) => {
        seen.push(key);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return done;
      },
    });
    controller.enqueue("a");
    controller.enqueue("b");
    await settle();
    stop.abort();
    controller.enqueue("c");
    await settle();
    finish();
    await ended;
    expect(seen).toEqual(["a"]);
  });

  it("calls off what does not end in time", async () => {
    const { controller, clock, stop, ended } = start({
      drainMs: 5_000,
      reconcile: (_key, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("called off")))),
    });
    controller.enqueue("a");
    await settle();
    stop.abort();
    await clock.advance(5_000);
    await ended;
  });

  it("ends at once when it is stopped before it began", async () => {
    const controller = new Controller({ name: "test", clock: new FakeClock(), reconcile: async () => done });
    await controller.run(AbortSignal.abort());
  });
});

describe("manager", () => {
  function part(name: string, journal: string[], more: Partial<Part> = {}): Part {
    return {
      name,
      run: (signal) => {
        journal.push(`+${name}`);
        return new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            journal.push(`-${name}`);
            resolve();
          }),
        );
      },
      ...more,
    };
  }

  it("starts stages when the one before is ready and stops them backwards", async () => {
    const journal: string[] = [];
    let makeReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      makeReady = resolve;
    });
    const stop = new AbortController();
    const manager = new Manager({ clock: new FakeClock() });
    manager
      .addStage(part("informer", journal, { ready }), part("other", journal))
      .addStage(part("controller", journal));
    const ended = manager.run(stop.signal);
    await settle();
    expect(journal).toEqual(["+informer", "+other"]);
    makeReady();
    await settle();
    stop.abort();
    await ended;
    expect(journal).toEqual(["+informer", "+other", "+controller", "-controller", "-informer", "-other"]);
  });

  it("stops all when one part fails, and fails with its error", async () => {
    const journal: string[] = [];
    const failing: Part = { name: "bad", run: async () => Promise.reject(new UsageError("port in use")) };
    const manager = new Manager({ clock: new FakeClock() }).addStage(part("a", journal)).addStage(failing);
    await expect(manager.run(new AbortController().signal)).rejects.toThrow("port in use");
    expect(journal).toEqual(["+a", "-a"]);
  });

  it("names what does not become ready", async () => {
    const clock = new FakeClock();
    const journal: string[] = [];
    const manager = new Manager({ clock, readyMs: 1_000 }).addStage(
      part("slow", journal, { ready: new Promise(() => undefined) }),
      part("quick", journal, { ready: Promise.resolve() }),
    );
    const failed = expect(manager.run(new AbortController().signal)).rejects.toThrow(/not ready in 1 s: slow$/);
    await clock.advance(1_000);
    await failed;
    expect(journal).toEqual(["+slow", "+quick", "-slow", "-quick"]);
  });

  it("names what does not end", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const manager = new Manager({ clock, stopMs: 1_000 }).addStage({
      name: "stuck",
      run: () => new Promise(() => undefined),
    });
    const failed = expect(manager.run(stop.signal)).rejects.toThrow(/not ended in 1 s: stuck/);
    await settle();
    stop.abort();
    await clock.advance(1_000);
    await failed;
  });

  it("ends while it still waits for the first stage", async () => {
    const stop = new AbortController();
    const journal: string[] = [];
    const manager = new Manager({ clock: new FakeClock() }).addStage(
      part("a", journal, { ready: new Promise(() => undefined) }),
    );
    const ended = manager.run(stop.signal);
    await settle();
    stop.abort();
    await ended;
    expect(journal).toEqual(["+a", "-a"]);
  });
});
