import type { Clock } from "../../src/base/clock.ts";

/**
 * A clock whose time goes by `factor` times as fast as the real one: waits of minutes end in seconds, with real sockets on
 * both ends and in their real order.
 */
export function fastClock(factor: number): Clock & { jump(ms: number): void } {
  let startedAtMs = Date.now();
  const started = performance.now();
  return {
    now: () => startedAtMs + (performance.now() - started) * factor,
    after(delayMs, run, options = {}) {
      const timer = setTimeout(run, Math.min(Math.max(0, delayMs) / factor, 2 ** 31 - 1));
      if (options.background === true) timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
    /** Makes it later, without any wait being over the sooner for it. */
    jump(ms) {
      startedAtMs += ms;
    },
  };
}
