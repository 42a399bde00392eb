import type { Io } from "./io.ts";

/** Tells how far long work is, on one line of a terminal; elsewhere it tells nothing. */
export interface Progress {
  step(): void;
  end(): void;
}

const everyMs = 100;

export function openProgress(io: Io, what: string, total: number): Progress {
  if (!io.stderr.isTTY || total === 0) return { step: () => undefined, end: () => undefined };
  let done = 0;
  let shownAt = 0;
  return {
    step() {
      done += 1;
      const now = performance.now();
      if (now - shownAt < everyMs && done < total) return;
      shownAt = now;
      io.stderr.write(`\r\x1b[K${what}: ${done} of ${total}`);
    },
    end: () => void io.stderr.write("\r\x1b[K"),
  };
}
