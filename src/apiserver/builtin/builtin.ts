import { type BuiltinResource, builtinResources as published } from "../openapi/data.ts";
import type { ResourceDefinition, ScaleSubresource, Schema } from "../resources.ts";
import { coreEvents } from "./events.ts";
import { prepareBuiltin } from "./prepare.ts";
import { resolveDefinition } from "./resolve.ts";

const scale: ScaleSubresource = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".spec.selector",
};

let all: readonly ResourceDefinition[] | undefined;

/** The built-in kinds of Kubernetes that every logical cluster serves; always the same array, in order of discovery. */
export function builtinResources(): readonly ResourceDefinition[] {
  all ??= published.map(toDefinition);
  return all;
}

function toDefinition(resource: BuiltinResource): ResourceDefinition {
  const definition: ResourceDefinition = {
    group: resource.group,
    version: resource.version,
    plural: resource.plural,
    singular: resource.singular,
    kind: resource.kind,
    listKind: `${resource.kind}List`,
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    namespaced: resource.namespaced,
    verbs: resource.verbs,
    subresources: {
      ...(resource.status === true ? { status: true } : {}),
      ...(resource.scale === true ? { scale } : {}),
    },
    get schema(): Schema {
      return resolveDefinition(resource.definition);
    },
    printerColumns: [],
    storage: true,
    served: true,
    strategicMerge: true,
    ...(resource.group === "events.k8s.io" ? { sharedWith: coreEvents } : {}),
    prepare: (object, previous) => prepareBuiltin(definition, object, previous),
  };
  return definition;
}
