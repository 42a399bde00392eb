import type { Input } from "../../../generators/generator.ts";
import type { Emptied } from "../../plan/emptied.ts";
import type { GeneratedSet } from "../../render/generated-set.ts";

/** What is known of one list of one server. */
interface Known {
  /** How much it held when it last held something. */
  readonly before: number | undefined;
  /** Since when it is empty; undefined while it is not. */
  readonly emptySinceMs: number | undefined;
  readonly isBelieved: boolean;
}

export interface Look {
  readonly nowMs: number;
  /** Servers were asked just now, and no answer from before was used. */
  readonly isFresh: boolean;
}

/**
 * What the servers of each set listed when they were last asked, so that a list which was not empty and now is can be
 * doubted: a token that lost its access, or a server without its data, lists nothing too. Held in memory: at the first look
 * at a set nothing is known, and then a set for which no server lists anything is in doubt.
 */
export class Listings {
  readonly #sets = new Map<string, ReadonlyMap<string, Known>>();

  /** Remembers what was listed, and gives what is in doubt of it. Part of an answer is held back for what it lacks already. */
  emptied(key: string, { inputs, completeness }: GeneratedSet, look: Look): readonly Emptied[] {
    const known = this.#sets.get(key);
    const lists = inputs.filter(({ listing }) => listing !== undefined);
    if (completeness !== "complete") {
      const listed = lists.filter(({ listing }) => (listing?.count ?? 0) > 0);
      if (known !== undefined) this.#sets.set(key, new Map([...known, ...listed.map((input) => seen(input, look))]));
      return [];
    }
    const someListed = lists.some(({ listing }) => (listing?.count ?? 0) > 0);
    const next = new Map(
      lists.map((input) => seen(input, look, { old: known?.get(input.id), isNew: known === undefined && !someListed })),
    );
    this.#sets.set(key, next);
    return lists.flatMap((input) => doubtOf(input, next.get(input.id)) ?? []);
  }

  /** Whether the last look at the set found a list that is in doubt: the next one asks anew. */
  isDoubted(key: string): boolean {
    return [...(this.#sets.get(key)?.values() ?? [])].some(inDoubt);
  }

  /** Takes what is empty for what it is: nothing hangs on it, or a person said so. */
  believe(key: string): void {
    const known = this.#sets.get(key);
    if (known === undefined || ![...known.values()].some(inDoubt)) return;
    this.#sets.set(key, new Map([...known].map(([id, one]) => [id, { ...one, isBelieved: true }])));
  }

  forget(key: string): void {
    this.#sets.delete(key);
  }
}

interface Earlier {
  readonly old: Known | undefined;
  /** An empty list is in doubt although nothing is known of it. */
  readonly isNew: boolean;
}

function seen({ id, listing }: Input, { nowMs, isFresh }: Look, earlier?: Earlier): [string, Known] {
  const count = listing?.count ?? 0;
  if (count > 0) return [id, { before: count, emptySinceMs: undefined, isBelieved: true }];
  const { old, isNew = false } = earlier ?? {};
  if (old?.emptySinceMs === undefined) {
    return [id, { before: old?.before, emptySinceMs: nowMs, isBelieved: old === undefined && !isNew }];
  }
  const settles = listing?.settlesAfterSeconds;
  const hasStood = settles !== undefined && nowMs >= old.emptySinceMs + settles * 1_000;
  return [id, { ...old, isBelieved: old.isBelieved || (isFresh && hasStood) }];
}

function inDoubt({ emptySinceMs, isBelieved }: Known): boolean {
  return emptySinceMs !== undefined && !isBelieved;
}

function doubtOf({ id, listing }: Input, known: Known | undefined): Emptied | undefined {
  if (known === undefined || !inDoubt(known)) return undefined;
  const settles = listing?.settlesAfterSeconds;
  const believedAtMs = settles === undefined ? undefined : (known.emptySinceMs ?? 0) + settles * 1_000;
  return { source: id, before: known.before, believedAtMs };
}
