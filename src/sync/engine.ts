import type { AppProject } from "../../crds/app-project.ts";
import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { silentLog } from "../base/log.ts";
import type { GitSource } from "../git/repository.ts";
import type { KubeClient } from "../kube/client.ts";
import type { EventType } from "../kube/events.ts";
import type { Comparison } from "./compare.ts";
import { DryRunMemory } from "./compare.ts";
import type { LiveApplication } from "./live-application.ts";
import { ManifestCache } from "./manifest-cache.ts";
import type { ManifestLimits, ManifestReader } from "./manifests.ts";
import type { Member } from "./member.ts";
import type { MemberPool } from "./members.ts";

export interface SyncEngineOptions {
  readonly hub: KubeClient;
  readonly members: MemberPool;
  readonly git: GitSource;
  /** The AppProject of a name. Undefined for `default` means one that allows everything. */
  readonly project: (name: string) => AppProject | undefined;
  /** The namespace of the Applications whose objects are tracked by their plain name. */
  readonly controlNamespace: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  readonly limits?: ManifestLimits;
  /** Between two comparisons of an Application with which nothing happens. Default 120 s, and up to 60 s more. */
  readonly resyncMs?: number;
  /** Tells an event about an Application. */
  readonly record?: (app: LiveApplication, type: EventType, reason: string, message: string) => void;
  /** Told of each Application that was written, as it stands then. */
  readonly onWritten?: (app: LiveApplication) => void;
  /** Told of what a comparison saw on the member, after a sync of what is there then. */
  readonly onCompared?: (app: LiveApplication, member: Member, comparisons: readonly Comparison[]) => void;
}

/** What a sync works with: the options with their defaults, and what is kept from one Application to the next. */
export interface SyncEngine {
  readonly hub: KubeClient;
  readonly members: MemberPool;
  readonly reader: ManifestReader;
  readonly memory: DryRunMemory;
  readonly project: (name: string) => AppProject | undefined;
  readonly controlNamespace: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly resyncMs: number;
  readonly record: (app: LiveApplication, type: EventType, reason: string, message: string) => void;
  readonly onWritten: (app: LiveApplication) => void;
  readonly onCompared: (app: LiveApplication, member: Member, comparisons: readonly Comparison[]) => void;
}

const defaultResyncMs = 120_000;

export function openSyncEngine(options: SyncEngineOptions): SyncEngine {
  const { hub, members, git, project, controlNamespace, limits } = options;
  return {
    ...{ hub, members, project, controlNamespace },
    reader: { git, cache: new ManifestCache(), ...(limits === undefined ? {} : { limits }) },
    memory: new DryRunMemory(),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? silentLog,
    resyncMs: options.resyncMs ?? defaultResyncMs,
    record: options.record ?? (() => undefined),
    onWritten: options.onWritten ?? (() => undefined),
    onCompared: options.onCompared ?? (() => undefined),
  };
}
