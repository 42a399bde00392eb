import type { ClusterFacts } from "../../../generators/ports.ts";
import { canonicalJson } from "../../base/canonical.ts";
import { type LabelSelectorSpec, parseLabelSelector } from "../../base/selectors.ts";
import { isMap } from "../../base/values.ts";
import { clusterFacts } from "../../inputs/cluster-facts.ts";
import { type Condition, findCondition } from "../../kube/conditions.ts";
import type { KubeObject } from "../../kube/objects.ts";
import { keyOf } from "../../kube/objects.ts";
import { adoptAnnotation } from "../../plan/guard.ts";
import { withFleetBlock } from "../../render/fleet-block.ts";
import { type HubView, type LiveApplication, type LiveSet, setNameOf } from "../hub-view.ts";
import { refreshAnnotation } from "./annotations.ts";
import { heldType } from "./status.ts";

/** Calls `enqueue` with the key of each set that a change on the hub concerns. The returned function ends it. */
export function watchTriggers(
  view: HubView,
  enqueue: (key: string) => void,
  refresh: (key: string) => void,
): () => void {
  const ends = [
    view.sets.subscribe((before, after) => {
      const set = after ?? before;
      if (set !== undefined && setChanged(before, after)) enqueue(keyOf(set));
    }),
    view.applications.subscribe((before, after) => {
      if (mayRelease(before, after)) for (const key of setsWithHolds(view)) enqueue(key);
      const app = after ?? before;
      const owner = app === undefined ? undefined : setNameOf(app);
      if (app === undefined || owner === undefined) return;
      const key = `${app.metadata.namespace}/${owner}`;
      if (before !== undefined && applicationChanged(before, after)) enqueue(key);
      else refresh(key);
    }),
    view.clusterSecrets.subscribe((before, after) => {
      if (sameForGenerators(before, after)) return;
      for (const set of view.sets.store.values()) if (selects(set, before, after)) enqueue(keyOf(set));
    }),
    view.projects.subscribe((before, after) => {
      // A project that comes or goes decides whether Applications are valid.
      if (before === undefined || after === undefined) for (const key of view.sets.store.keys()) enqueue(key);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Whether a set has to be looked at: anything but its status, and not when only the refresh request was taken away. */
export function setChanged(before: LiveSet | undefined, after: LiveSet | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  if (before.metadata.generation !== after.metadata.generation) return true;
  return canonicalJson(relevant(before)) !== canonicalJson(relevant(after));
}

function relevant({ metadata, spec }: LiveSet): unknown {
  const { [refreshAnnotation]: refresh, ...annotations } = metadata.annotations ?? {};
  const asked = refresh === undefined ? {} : { refresh };
  const { labels, finalizers, deletionTimestamp } = metadata;
  return { labels, finalizers, deletionTimestamp, annotations, asked, spec };
}

/** Whether somebody changed what the set decides about, or the Application is gone. */
function applicationChanged(before: LiveApplication, after: LiveApplication | undefined): boolean {
  if (after === undefined) return true;
  const decided = ({ metadata, spec }: LiveApplication) => {
    const { labels, annotations, finalizers, ownerReferences } = metadata;
    return canonicalJson({ labels, annotations, finalizers, ownerReferences, spec });
  };
  return decided(before) !== decided(after);
}

/** Whether an Application that stood in the way of a set may do so no more: it is gone, or belongs to somebody else now. */
function mayRelease(before: LiveApplication | undefined, after: LiveApplication | undefined): boolean {
  if (before === undefined) return false;
  if (after === undefined) return true;
  const holder = (app: LiveApplication) => canonicalJson([setNameOf(app), app.metadata.annotations?.[adoptAnnotation]]);
  return holder(before) !== holder(after);
}

/** The sets with changes that the guard keeps back, of which some may wait for an Application that was in the way. */
function setsWithHolds({ sets }: HubView): string[] {
  const holds = (set: LiveSet) => findCondition((set.status?.conditions ?? []) as readonly Condition[], heldType);
  return [...sets.store.values()].filter((set) => holds(set)?.status === "True").map(keyOf);
}

/** A rotated token, or any other change that no parameter shows, regenerates nothing. */
function sameForGenerators(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return visible(clusterFacts(before)) === visible(clusterFacts(after));
}

function visible({ name, server, project, labels, annotations }: ClusterFacts): string {
  return canonicalJson({ name, server, project, labels, annotations });
}

/** Whether a `clusters` generator of the set, at any level, takes the Secret as it was or as it is. */
function selects(set: LiveSet, before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  const secrets = [before, after].filter((secret) => secret !== undefined);
  return [...clusterSelectors(set.spec.generators), ...clusterSelectors(fleetEntriesOf(set))].some((selector) =>
    secrets.some(({ metadata }) => mayMatch(selector, metadata.labels ?? {})),
  );
}

/** The entries of `spec.fleet.generators`, also where the annotation holds them. One that cannot be read selects all. */
function fleetEntriesOf(set: LiveSet): unknown {
  try {
    return withFleetBlock(set).spec.fleet?.generators ?? [];
  } catch {
    // A bad annotation is an error of the set, which its reconcile tells.
    return [{ clusters: {} }];
  }
}

function mayMatch(selector: LabelSelectorSpec, labels: Readonly<Record<string, string>>): boolean {
  // One that the first child of a matrix fills in may become anything.
  if (canonicalJson(selector).includes("{{")) return true;
  try {
    return parseLabelSelector(selector).matches(labels);
  } catch {
    // A bad selector is an error of the set, which its reconcile tells.
    return true;
  }
}

type Entry = { readonly [kind: string]: { readonly [field: string]: unknown } | undefined };

/** The selectors of all `clusters` generators below a list of entries; `clusterDecisionResource` takes any cluster. */
export function clusterSelectors(entries: unknown): LabelSelectorSpec[] {
  if (!Array.isArray(entries)) return [];
  const maps = entries.filter(isMap) as unknown as readonly Entry[];
  return maps.flatMap((entry) => [
    ...(entry.clusters === undefined ? [] : [(entry.clusters?.selector ?? {}) as LabelSelectorSpec]),
    ...(entry.clusterDecisionResource === undefined ? [] : [{}]),
    ...clusterSelectors(entry.matrix?.generators),
    ...clusterSelectors(entry.merge?.generators),
  ]);
}
