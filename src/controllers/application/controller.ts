import { canonicalJson } from "../../base/canonical.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { done } from "../../base/outcome.ts";
import { readClusterSecret } from "../../kube/cluster-secret.ts";
import { keyOf } from "../../kube/objects.ts";
import { Controller } from "../../runtime/controller.ts";
import type { Part } from "../../runtime/manager.ts";
import type { SyncEngine } from "../../sync/engine.ts";
import type { MemberWatches } from "../../sync/member-watches.ts";
import { syncApplication } from "../../sync/sync.ts";
import type { Deliveries } from "../delivery.ts";
import type { HubView, LiveApplication } from "../hub-view.ts";
import { bySet } from "../hub-view.ts";

export interface ApplicationControllerOptions {
  readonly view: HubView;
  readonly engine: SyncEngine;
  readonly deliveries: Deliveries;
  /** What follows the objects on the members; it is told of Applications that are gone or none of ours. */
  readonly watches?: Pick<MemberWatches, "run" | "forget">;
  readonly clock: Clock;
  readonly log: Log;
  /** Applications that are worked on at one time, and of one member. Default 64 and 16. */
  readonly applicationsAtOnce?: number;
  readonly applicationsPerMember?: number;
}

/** The Application controller as others see it. */
export interface ApplicationController extends Part {
  /** Asks for a look at an Application, by `namespace/name`. */
  enqueue(key: string): void;
  enqueueServer(server: string): void;
  /** Whether no Application waits for its turn. */
  isCalm(): boolean;
}

/** The Application controller: carries out Applications of delivery `push` on their members. */
export function applicationController(options: ApplicationControllerOptions): ApplicationController {
  const { view, engine, deliveries, watches, clock, log } = options;
  const controller = new Controller({
    name: "application",
    reconcile: async (key, signal) => {
      await view.synced;
      const app = view.applications.store.get(key);
      if (app === undefined || (await deliveries.of(app, signal)) !== "push") {
        watches?.forget(key);
        return done;
      }
      return syncApplication(app, engine, signal);
    },
    concurrency: options.applicationsAtOnce ?? 64,
    // Members take turns, so that one with many Applications, or one that is slow, does not keep the others waiting.
    groupOf: (key) => destinationKey(view.applications.store.get(key)),
    maxPerGroup: options.applicationsPerMember ?? 16,
    clock,
    log,
  });
  const enqueueServer = (server: string, name?: string) => {
    for (const app of view.applications.store.values()) {
      const { destination } = app.spec;
      if (withoutSlash(destination.server) === server || (name !== undefined && destination.name === name)) {
        controller.enqueue(keyOf(app));
      }
    }
  };
  return {
    name: "application controller",
    enqueue: (key) => controller.enqueue(key),
    enqueueServer,
    isCalm: () => controller.queue.waiting === 0,
    async run(signal) {
      const ends = watchApplications(view, engine, (key) => controller.enqueue(key), enqueueServer);
      await Promise.all([controller.run(signal), watches?.run(signal)]);
      for (const end of ends) end();
      await engine.members.close();
    },
  };
}

function watchApplications(
  view: HubView,
  engine: SyncEngine,
  enqueue: (key: string) => void,
  enqueueServer: (server: string, name?: string) => void,
): readonly (() => void)[] {
  return [
    view.applications.subscribe((before, after) => {
      const app = after ?? before;
      if (app !== undefined && (after === undefined || wantsLook(before, after))) enqueue(keyOf(app));
    }),
    view.clusterSecrets.subscribe((before, after) => {
      const secret = after ?? before;
      if (secret === undefined) return;
      const { server, name } = readClusterSecret(secret);
      enqueueServer(server, name);
      if (after === undefined) void engine.members.prune();
    }),
    view.sets.subscribe((before, after) => {
      const set = after ?? before;
      if (set === undefined || canonicalJson(before?.spec.fleet) === canonicalJson(after?.spec.fleet)) return;
      for (const app of view.applications.store.find(bySet, keyOf(set))) enqueue(keyOf(app));
    }),
    view.projects.subscribe((_before, after) => {
      const name = after?.metadata.name;
      for (const app of view.applications.store.values()) if (app.spec.project === name) enqueue(keyOf(app));
    }),
  ];
}

/** Anything but what the controller itself writes: spec, requests in annotations, an operation, a deletion. */
function wantsLook(before: LiveApplication | undefined, after: LiveApplication): boolean {
  if (before === undefined) return true;
  return canonicalJson(asked(before)) !== canonicalJson(asked(after));
}

function asked({ metadata, spec, operation }: LiveApplication): unknown {
  const { annotations, deletionTimestamp, finalizers } = metadata;
  return { annotations, deletionTimestamp, finalizers, spec, operation };
}

function destinationKey(app: LiveApplication | undefined): string {
  const { server, name } = app?.spec.destination ?? {};
  return name || withoutSlash(server);
}

function withoutSlash(server: string | undefined): string {
  return (server ?? "").replace(/\/+$/, "");
}
