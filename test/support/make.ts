import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";

/** A valid ApplicationSet; what is given replaces the rest. */
export function makeSet(spec: object = {}, metadata: object = {}): ApplicationSet {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name: "fleet", namespace: "argocd", uid: "set-uid", ...metadata },
    spec: {
      generators: [],
      template: { metadata: { name: "x" }, spec: { project: "default", destination: {} } },
      ...spec,
    },
  } as unknown as ApplicationSet;
}

/** An Application as the generator gives it. */
export function makeApp(name: string, spec: object = {}, metadata: object = {}): Application {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd", ...metadata },
    spec: {
      project: "default",
      source: { repoURL: "https://git.example.com/apps.git", path: name, targetRevision: "main" },
      destination: { server: "https://member.example.com", namespace: name },
      ...spec,
    },
  } as unknown as Application;
}

/** The same Application as it stands on the hub, controlled by a set. */
export function makeLive(name: string, spec: object = {}, metadata: object = {}): Application {
  const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "ApplicationSet", name: "fleet", uid: "set-uid" };
  return makeApp(name, spec, {
    uid: `uid-${name}`,
    resourceVersion: "7",
    ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    ...metadata,
  });
}
