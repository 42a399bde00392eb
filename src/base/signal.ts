import { setMaxListeners } from "node:events";

const opened = new WeakSet<AbortSignal>();

/**
 * Calls `run` when the signal aborts, at once if it has; the returned function takes that back. One signal stops thousands
 * of calls here, which Node would take for a leak at the eleventh.
 */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    run();
    return () => undefined;
  }
  if (!opened.has(signal)) {
    setMaxListeners(0, signal);
    opened.add(signal);
  }
  signal.addEventListener("abort", run, { once: true });
  return () => signal.removeEventListener("abort", run);
}
