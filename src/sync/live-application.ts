import type { Application, ApplicationSource, ApplicationStatus, ResourceStatus } from "../../crds/application.ts";
import type { KubeObject } from "../kube/objects.ts";

/** An Application as it stands on the hub. */
export type LiveApplication = Application & KubeObject;

export type Operation = NonNullable<Application["operation"]>;
export type OperationState = NonNullable<ApplicationStatus["operationState"]>;
export type SyncResult = NonNullable<OperationState["syncResult"]>;
export type ResourceResult = NonNullable<SyncResult["resources"]>[number];
export type History = NonNullable<ApplicationStatus["history"]>[number];
export type ApplicationCondition = NonNullable<ApplicationStatus["conditions"]>[number];
export type { ApplicationSource, ApplicationStatus, ResourceStatus };

export const applications = { group: "argoproj.io", version: "v1alpha1", plural: "applications" } as const;

export const refreshAnnotation = "argocd.argoproj.io/refresh";
export const skipReconcileAnnotation = "argocd.argoproj.io/skip-reconcile";

/** The sources in their order; `sources` wins over `source`. */
export function sourcesOf(app: Pick<Application, "spec">): readonly ApplicationSource[] {
  const { source, sources } = app.spec;
  if (sources !== undefined && sources.length > 0) return sources;
  return source === undefined ? [] : [source];
}

export function hasSeveralSources(app: Pick<Application, "spec">): boolean {
  return (app.spec.sources?.length ?? 0) > 0;
}

/** Revisions as a status holds them: a list for several sources, else one. */
export function revisionFields(
  app: Pick<Application, "spec">,
  revisions: readonly string[],
): { readonly revision: string; readonly revisions?: readonly string[] } {
  return hasSeveralSources(app) ? { revision: "", revisions } : { revision: revisions[0] ?? "" };
}

/** Sources as a status holds them. */
export function sourceFields(app: Pick<Application, "spec">): {
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
} {
  const sources = sourcesOf(app);
  if (hasSeveralSources(app)) return { sources };
  return sources[0] === undefined ? {} : { source: sources[0] };
}

/** The automated part of the sync policy when it is switched on. */
export function automatedOf(app: Pick<Application, "spec">):
  | {
      readonly prune: boolean;
      readonly selfHeal: boolean;
      readonly allowEmpty: boolean;
    }
  | undefined {
  const automated = app.spec.syncPolicy?.automated;
  if (automated === undefined || automated.enabled === false) return undefined;
  const { prune, selfHeal, allowEmpty } = automated;
  return { prune: prune === true, selfHeal: selfHeal === true, allowEmpty: allowEmpty === true };
}

/** `Name=value` options as a map; an option without a value counts as true, a later one wins. */
export function parseOptions(options: readonly string[] | undefined): ReadonlyMap<string, string> {
  return new Map(
    (options ?? []).map((option) => {
      const text = option.trim();
      const equals = text.indexOf("=");
      return equals < 0 ? ([text, "true"] as const) : ([text.slice(0, equals), text.slice(equals + 1)] as const);
    }),
  );
}
