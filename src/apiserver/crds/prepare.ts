import type { KubeObject } from "../resources.ts";
import { type CrdSpec, type CrdVersion, specOf } from "./definitions.ts";

/** Fills in what a CustomResourceDefinition may leave out, and the status that a new one begins with. */
export function prepareCrd(crd: KubeObject, previous: KubeObject | undefined): KubeObject {
  const spec = specOf(crd);
  if (typeof spec !== "object" || spec === null || typeof spec.names !== "object") return crd;
  const filled = { ...crd, spec: fillSpec(spec) };
  return previous === undefined && crd.status === undefined ? { ...filled, status: firstStatus(spec) } : filled;
}

function fillSpec(spec: CrdSpec): object {
  const { names } = spec;
  const kind = names.kind ?? "";
  return {
    ...spec,
    conversion: (spec as { readonly conversion?: object }).conversion ?? { strategy: "None" },
    names: {
      ...names,
      ...((names.singular ?? "") === "" && { singular: kind.toLowerCase() }),
      ...((names.listKind ?? "") === "" && kind !== "" && { listKind: `${kind}List` }),
    },
  };
}

function firstStatus(spec: CrdSpec): object {
  const stored = (spec.versions ?? []).filter((version: CrdVersion) => version.storage === true);
  return {
    acceptedNames: { kind: "", plural: "" },
    conditions: null,
    storedVersions: stored.map(({ name }) => name),
  };
}
