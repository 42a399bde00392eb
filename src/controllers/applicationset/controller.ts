import { keyFor, splitKey } from "../../kube/objects.ts";
import { Controller } from "../../runtime/controller.ts";
import type { Part } from "../../runtime/manager.ts";
import { Listings } from "./listings.ts";
import type { SetReconcilerOptions } from "./reconcile.ts";
import { reconcileSet } from "./reconcile.ts";
import { storeStatus } from "./store-status.ts";
import { watchTriggers } from "./triggers.ts";

export interface SetControllerOptions extends Omit<SetReconcilerOptions, "listings"> {
  /** Sets that are worked on at one time. Default 10. */
  readonly setsAtOnce?: number;
}

// Keys of sets of which only the list of Applications in the status is stale: bringing it up to date needs no generation.
const statusOnly = "status:";
const statusDelayMs = 1_000;

/** The ApplicationSet controller: reconciles a set when it, its Applications or what its generators read has changed. */
export function applicationSetController(options: SetControllerOptions): Part & { enqueue(key: string): void } {
  const { view, clock, log } = options;
  const listings = new Listings();
  const controller = new Controller({
    name: "applicationset",
    reconcile: async (key, signal) => {
      if (!key.startsWith(statusOnly)) return reconcileSet(key, { ...options, listings }, signal);
      const { namespace, name } = splitKey(key.slice(statusOnly.length));
      const set = view.sets.store.get(keyFor(namespace, name));
      if (set !== undefined) await storeStatus(view, set, undefined, clock);
      return { kind: "done" };
    },
    concurrency: options.setsAtOnce ?? 10,
    clock,
    log,
  });
  return {
    name: "applicationset controller",
    enqueue: (key) => controller.enqueue(key),
    async run(signal) {
      const end = watchTriggers(
        view,
        (key) => controller.enqueue(key),
        (key) => controller.enqueueAfter(`${statusOnly}${key}`, statusDelayMs),
      );
      await controller.run(signal);
      end();
      await options.events.flush();
    },
  };
}
