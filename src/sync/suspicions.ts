import type { Clock, Timer } from "../base/clock.ts";
import type { Seen } from "./kind-watch.ts";
import { Throttle } from "./throttle.ts";

const settleMs = 250;

/** Where an Application holds an object: the kind on its member, and the object. */
export type Place = readonly [kind: string, object: string];

export interface SuspicionsOptions {
  readonly clock: Clock;
  /** The version that the last comparison of an Application saw; undefined for what it does not hold any more. */
  readonly knownOf: (app: string, place: Place) => string | undefined;
  readonly onChange: (app: string) => void;
}

interface Suspicion {
  readonly timer: Timer;
  readonly seen: Map<string, readonly [Place, Seen]>;
}

/**
 * What Applications may not have seen yet. It is told a moment later and only if it is still news then, since our own
 * writes are known as soon as their answers have come; what is news all the time is told more and more rarely.
 */
export class Suspicions {
  readonly #options: SuspicionsOptions;
  readonly #throttle: Throttle;
  readonly #byApp = new Map<string, Suspicion>();

  constructor(options: SuspicionsOptions) {
    this.#options = options;
    this.#throttle = new Throttle(options.clock);
  }

  add(app: string, place: Place, seen: Seen): void {
    const known = this.#byApp.get(app);
    if (known !== undefined) {
      known.seen.set(placeText(place), [place, seen]);
      return;
    }
    const delayMs = Math.max(settleMs, this.#throttle.waitMs(app));
    const timer = this.#options.clock.after(delayMs, () => this.#settle(app), { background: true });
    this.#byApp.set(app, { timer, seen: new Map([[placeText(place), [place, seen]]]) });
  }

  forget(app: string): void {
    this.#byApp.get(app)?.timer.cancel();
    this.#byApp.delete(app);
    this.#throttle.forget(app);
  }

  close(): void {
    for (const { timer } of this.#byApp.values()) timer.cancel();
    this.#byApp.clear();
  }

  #settle(app: string): void {
    const { knownOf, onChange } = this.#options;
    const suspicion = this.#byApp.get(app);
    this.#byApp.delete(app);
    const isNews = [...(suspicion?.seen.values() ?? [])].some(([place, seen]) => {
      const known = knownOf(app, place);
      return known !== undefined && !isKnown(known, seen);
    });
    if (!isNews) return;
    this.#throttle.note(app);
    onChange(app);
  }
}

export function placeText([kind, object]: Place): string {
  return `${kind} ${object}`;
}

/**
 * Whether a comparison that saw the version `known`, empty for an object that was not there, has nothing to learn. Versions
 * of one kind grow; one that is no number may be anything.
 */
export function isKnown(known: string, { version, isGone }: Seen): boolean {
  if (known === "") return isGone;
  if (known === version) return !isGone;
  return version !== "" && Number(known) > Number(version);
}
