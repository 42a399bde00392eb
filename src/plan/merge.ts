import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import { keepIgnored } from "./ignore.ts";

/** Keys that are copied from the live Application before it is overwritten, in addition to `spec.preservedFields`. */
export interface PreservedFields {
  readonly annotations: readonly string[];
  readonly labels: readonly string[];
}

// ApplicationSet's controller always keeps these: notification state and requests that somebody else made.
const alwaysKept = ["notified.notifications.argoproj.io", "argocd.argoproj.io/refresh", "argocd.argoproj.io/hydrate"];
const keptFinalizers = ["pre-delete-finalizer.argocd.argoproj.io", "post-delete-finalizer.argocd.argoproj.io"];

/**
 * The object to write over a live one: the live metadata that a server or another controller owns, the desired labels,
 * annotations, finalizers and spec, what is preserved, and what `ignoreApplicationDifferences` leaves to others.
 */
export function mergeOntoLive(
  desired: Application,
  live: Application,
  set: ApplicationSet,
  preserved: PreservedFields = { annotations: [], labels: [] },
): Application {
  const keepAnnotations = [...alwaysKept, ...preserved.annotations, ...(set.spec.preservedFields?.annotations ?? [])];
  const keepLabels = [...preserved.labels, ...(set.spec.preservedFields?.labels ?? [])];
  const { labels: _l, annotations: _a, finalizers: _f, ...liveMetadata } = live.metadata;
  const metadata = {
    ...liveMetadata,
    ...field("labels", keep(desired.metadata.labels, live.metadata.labels, keepLabels)),
    ...field("annotations", keep(desired.metadata.annotations, live.metadata.annotations, keepAnnotations)),
    ...field("finalizers", finalizers(desired.metadata.finalizers, live.metadata.finalizers)),
    ...field("ownerReferences", desired.metadata.ownerReferences ?? live.metadata.ownerReferences),
  };
  const merged = { ...live, metadata, spec: desired.spec } as Application;
  return keepIgnored(merged, live, set.spec.ignoreApplicationDifferences ?? []);
}

function field(name: string, value: object | undefined): object {
  return value === undefined || Object.keys(value).length === 0 ? {} : { [name]: value };
}

type Strings = { readonly [key: string]: string } | undefined;

function keep(desired: Strings, live: Strings, keys: readonly string[]): Strings {
  const kept = keys.flatMap((key) => (live && Object.hasOwn(live, key) ? [[key, live[key] as string] as const] : []));
  return kept.length === 0 ? desired : { ...desired, ...Object.fromEntries(kept) };
}

function finalizers(desired: readonly string[] = [], live: readonly string[] = []): string[] {
  const kept = live.filter(
    (name) => keptFinalizers.some((prefix) => name.startsWith(prefix)) && !desired.includes(name),
  );
  return [...desired, ...kept];
}
