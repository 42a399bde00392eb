import type { ScmSettings } from "./settings.ts";

/** A credential for some time. */
export interface Passing<T> {
  readonly value: T;
  readonly expiresAtMs: number;
}

/** One is asked for anew so long before it ends that no listing outlives it. */
const spareMs = 300_000;

/** Credentials that providers gave are kept with the settings of the installation that asked for them, and nowhere else. */
const kept = new WeakMap<ScmSettings, Map<string, Passing<unknown>>>();

/** What is kept under a key, else what `ask` gives. The key says everything that the answer depends on, as a digest. */
export async function keptOr<T>(
  settings: ScmSettings,
  key: string,
  nowMs: number,
  ask: () => Promise<Passing<T>>,
): Promise<T> {
  const all = kept.get(settings) ?? new Map<string, Passing<unknown>>();
  kept.set(settings, all);
  const found = all.get(key) as Passing<T> | undefined;
  if (found !== undefined && found.expiresAtMs - spareMs > nowMs) return found.value;
  const fresh = await ask();
  for (const [old, { expiresAtMs }] of all) if (expiresAtMs <= nowMs) all.delete(old);
  all.set(key, fresh);
  return fresh.value;
}
