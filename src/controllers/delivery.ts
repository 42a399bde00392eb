import { own } from "../base/values.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import type { HubView, LiveApplication, LiveSet } from "./hub-view.ts";
import { setNameOf } from "./hub-view.ts";

/** How an Application reaches its member. */
export type Delivery = "hub" | "push" | "pull";

/** Tells how Applications are delivered, also after the set that said so is gone: its Applications must still be cleaned up. */
export class Deliveries {
  readonly #view: HubView;
  readonly #fallback: Delivery;
  readonly #known = new Map<string, Delivery>();

  /** `fallback` is for sets that do not say, and for Applications without one. */
  constructor(view: HubView, fallback: Delivery) {
    this.#view = view;
    this.#fallback = fallback;
  }

  of(app: LiveApplication): Delivery {
    const name = setNameOf(app);
    if (name === undefined) return this.#fallback;
    const key = `${app.metadata.namespace}/${name}`;
    const set = this.#view.sets.store.get(key);
    if (set === undefined) return this.#known.get(key) ?? this.#fallback;
    const delivery = deliveryOf(set) ?? this.#fallback;
    this.#known.set(key, delivery);
    return delivery;
  }
}

/** What the set says, in its spec or its annotation; undefined when it says nothing that can be read. */
export function deliveryOf(set: LiveSet): Delivery | undefined {
  if (set.spec.fleet !== undefined) return set.spec.fleet.delivery;
  if (own(set.metadata.annotations ?? {}, "fleetset.io/fleet") === undefined) return undefined;
  try {
    return withFleetBlock(set).spec.fleet?.delivery;
  } catch {
    // A block that cannot be read is an error of the set, told by its own reconcile; until then nobody is served by it.
    return "hub";
  }
}
