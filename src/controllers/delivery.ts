import { own } from "../base/values.ts";
import { ignoreNotFound } from "../kube/errors.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import { isCarriedOut } from "../sync/carried-out.ts";
import type { HubView, LiveApplication, LiveSet } from "./hub-view.ts";
import { applicationSets, applications, setNameOf } from "./hub-view.ts";

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

  async of(app: LiveApplication, signal: AbortSignal): Promise<Delivery> {
    const name = setNameOf(app);
    if (name === undefined) return this.#fallback;
    const key = `${app.metadata.namespace}/${name}`;
    const set = this.#view.sets.store.get(key);
    const delivery = set === undefined ? this.#known.get(key) : (deliveryOf(set) ?? this.#fallback);
    if (delivery === undefined) return this.#ofUnseen(app, name, signal);
    this.#known.set(key, delivery);
    return delivery;
  }

  /**
   * The set was never seen by this process. It may belong to another one, which has other labels to select by: then its
   * Applications do too. Or it went before we started: then what was once carried out must still be taken away.
   */
  async #ofUnseen(app: LiveApplication, set: string, signal: AbortSignal): Promise<Delivery> {
    const { client } = this.#view;
    const { name, namespace } = app.metadata;
    const at = namespace === undefined ? {} : { namespace };
    const live = await ignoreNotFound(client.get({ ...applicationSets, ...at, name: set }, { signal }));
    if (live !== undefined) return "hub";
    // The copy in memory is without its managed fields.
    const whole = await ignoreNotFound(client.get({ ...applications, ...at, name }, { signal }));
    return whole !== undefined && isCarriedOut(whole) ? "push" : this.#fallback;
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
