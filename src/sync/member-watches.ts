import pLimit from "p-limit";
import type { Clock } from "../base/clock.ts";
import { sleep, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import { onAbort } from "../base/signal.ts";
import type { ApiResource } from "../kube/client.ts";
import type { Comparison } from "./compare.ts";
import type { Seen } from "./kind-watch.ts";
import { objectText, watchKind } from "./kind-watch.ts";
import type { Member } from "./member.ts";
import type { Place } from "./suspicions.ts";
import { isKnown, placeText, Suspicions } from "./suspicions.ts";

export interface MemberWatchesOptions {
  /** Told of an Application of which an object is no longer as its last comparison saw it. */
  readonly onChange: (app: string) => void;
  /** Whether the member is still the one of its registration. */
  readonly isCurrent: (member: Member) => boolean;
  /** Whether there is time for opening watches: Applications that wait for their first sync go first. */
  readonly isCalm?: () => boolean;
  /** Watches at one time, one for each kind on each member. What is beyond is left to the periodic comparisons. Default 2,000. */
  readonly maxWatches?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
}

/** A kind on a member, and what Applications hold of it. */
interface Kind {
  member: Member;
  readonly resource: ApiResource;
  /** Object → Application → the version that its last comparison saw, empty for an object that was not there. */
  readonly objects: Map<string, Map<string, string>>;
  /** What was told last, the oldest first: a comparison that is entered later may have seen less. */
  readonly recent: Map<string, Seen>;
  watch: AbortController | undefined;
}

/** Kinds that change all the time by themselves, or that no controller lets people keep in git. */
const unwatched = new Set(["Event", "Endpoints", "EndpointSlice", "Lease"]);
const calmCheckMs = 500;
const longestWaitMs = 30_000;
const opening = 2;
const maxRecent = 128;

/**
 * Notices on members what Applications hold there: a change that nobody but somebody else made is told at once instead of at
 * the next periodic comparison. One watch for each kind on each member, of metadata only; nothing is kept of objects that
 * no Application holds, and objects that change all the time make looks at them rarer and rarer.
 */
export class MemberWatches {
  readonly #options: MemberWatchesOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #kinds = new Map<string, Kind>();
  /** Application → where it is entered: kind and object. */
  readonly #places = new Map<string, readonly Place[]>();
  readonly #suspicions: Suspicions;
  readonly #turns = pLimit(opening);
  readonly #running = new Set<Promise<void>>();
  #signal: AbortSignal | undefined;
  #watches = 0;
  #hasToldLimit = false;

  constructor(options: MemberWatchesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
    this.#suspicions = new Suspicions({
      clock: this.#clock,
      onChange: options.onChange,
      knownOf: (app, [kind, object]) => this.#kinds.get(kind)?.objects.get(object)?.get(app),
    });
  }

  /** Watches that are open or about to be. */
  get size(): number {
    return this.#watches;
  }

  /** Takes over what a comparison of an Application saw, in place of what was followed for it before. */
  follow(app: string, member: Member, comparisons: readonly Comparison[]): void {
    const places: Place[] = [];
    for (const { key, live, resource } of comparisons) {
      if (resource === undefined || !isWatchable(member, resource)) continue;
      const kind = this.#kind(member, resource);
      const object = objectText(resource.namespaced ? key : { name: key.name });
      const apps = kind.objects.get(object) ?? new Map<string, string>();
      apps.set(app, live?.metadata.resourceVersion ?? "");
      kind.objects.set(object, apps);
      const recent = kind.recent.get(object);
      if (recent !== undefined) this.#compare(kind, recent);
      places.push([kindText(member, resource), object]);
    }
    const kept = new Set(places.map(placeText));
    this.#leave(
      app,
      (this.#places.get(app) ?? []).filter((place) => !kept.has(placeText(place))),
    );
    if (places.length > 0) this.#places.set(app, places);
  }

  /** The Application is gone, or none of ours any more. */
  forget(app: string): void {
    this.#leave(app, this.#places.get(app) ?? []);
    this.#suspicions.forget(app);
  }

  /** Watches until the signal aborts; resolves when all watches have ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const kind of this.#kinds.values()) this.#open(kind);
    await new Promise<void>((resolve) => onAbort(signal, resolve));
    this.#suspicions.close();
    for (const kind of this.#kinds.values()) kind.watch?.abort();
    await Promise.all(this.#running);
  }

  #leave(app: string, places: readonly Place[]): void {
    for (const [text, object] of places) {
      const kind = this.#kinds.get(text);
      const apps = kind?.objects.get(object);
      apps?.delete(app);
      if (apps?.size === 0) kind?.objects.delete(object);
      if (kind?.objects.size !== 0) continue;
      kind.watch?.abort();
      this.#kinds.delete(text);
    }
    if (places.length === this.#places.get(app)?.length) this.#places.delete(app);
  }

  #kind(member: Member, resource: ApiResource): Kind {
    const text = kindText(member, resource);
    const known = this.#kinds.get(text);
    if (known === undefined) {
      const kind: Kind = { member, resource, objects: new Map(), recent: new Map(), watch: undefined };
      this.#kinds.set(text, kind);
      this.#open(kind);
      return kind;
    }
    if (known.member !== member) {
      // Registered anew, with other credentials perhaps.
      known.member = member;
      known.watch?.abort();
      known.watch = undefined;
      this.#open(known);
    }
    return known;
  }

  #open(kind: Kind): void {
    const signal = this.#signal;
    if (signal === undefined || signal.aborted || kind.watch !== undefined) return;
    if (this.#watches >= (this.#options.maxWatches ?? 2_000)) {
      this.#tellLimit();
      return;
    }
    const watch = new AbortController();
    kind.watch = watch;
    this.#watches += 1;
    const { member, resource } = kind;
    const running = watchKind(
      {
        ...{ member, resource, clock: this.#clock, random: this.#options.random ?? Math.random, log: this.#log },
        turn: (read) => this.#turns(() => this.#whenCalm(watch.signal).then(read)),
        isCurrent: () => this.#options.isCurrent(member),
        onEvent: (seen) => {
          remember(kind, seen);
          this.#compare(kind, seen);
        },
        onList: (versions) => this.#compareAll(kind, versions),
      },
      watch.signal,
    ).then(() => this.#ended(kind, watch));
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  #ended(kind: Kind, watch: AbortController): void {
    this.#watches -= 1;
    if (kind.watch === watch) kind.watch = undefined;
    // Its place is free for one that found none.
    for (const other of this.#kinds.values()) {
      if (other.watch !== undefined || !this.#options.isCurrent(other.member)) continue;
      this.#open(other);
      break;
    }
  }

  async #whenCalm(signal: AbortSignal): Promise<void> {
    const { isCalm = () => true } = this.#options;
    const end = this.#clock.now() + longestWaitMs;
    while (!isCalm() && !signal.aborted && this.#clock.now() < end) await sleep(this.#clock, calmCheckMs, signal);
  }

  #compareAll(kind: Kind, versions: ReadonlyMap<string, string>): void {
    for (const object of kind.objects.keys()) {
      const version = versions.get(object);
      this.#compare(kind, { object, version: version ?? "", isGone: version === undefined });
    }
  }

  #compare(kind: Kind, seen: Seen): void {
    for (const [app, known] of kind.objects.get(seen.object) ?? []) {
      if (!isKnown(known, seen)) this.#suspicions.add(app, [kindText(kind.member, kind.resource), seen.object], seen);
    }
  }

  #tellLimit(): void {
    if (this.#hasToldLimit) return;
    this.#hasToldLimit = true;
    this.#log.warn("members have more kinds than are watched at one time: changes of the rest are noticed later", {
      watches: this.#watches,
    });
  }
}

function remember({ recent }: Kind, seen: Seen): void {
  recent.delete(seen.object);
  recent.set(seen.object, seen);
  const [oldest] = recent.keys();
  if (recent.size > maxRecent && oldest !== undefined) recent.delete(oldest);
}

/** Where credentials reach some namespaces only, nothing can be watched in all of them. */
function isWatchable({ cluster }: Member, { kind, verbs }: ApiResource): boolean {
  return !unwatched.has(kind) && verbs.includes("watch") && (cluster?.namespaces ?? []).length === 0;
}

function kindText({ server }: Member, { group, plural }: ApiResource): string {
  return `${server} ${group}/${plural}`;
}
