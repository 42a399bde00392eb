import type { KubeObject } from "../resources.ts";
import { type CrdSpec, type CrdVersion, specOf } from "./definitions.ts";

/** Fills in what a CustomResourceDefinition may leave out, and the status that a new one begins with. */
export function prepareCrd(crd: KubeObject, previous: KubeObject | undefined): KubeObject {
  const spec = specOf(crd);
  if (typeof spec !== "object" || spec === null || typeof spec.names !== "object") return crd;
  return {
    ...crd,
    spec: fillSpec(spec),
    status: statusWith(spec, (crd.status ?? previous?.status ?? noStatus) as Status),
  };
}

interface Status {
  readonly storedVersions?: readonly string[];
}

const noStatus = { acceptedNames: { kind: "", plural: "" }, conditions: null };

/** The version that objects are stored in from now on is one that they may be stored in. */
function statusWith(spec: CrdSpec, status: Status): Status {
  const storing = (spec.versions ?? []).find((version: CrdVersion) => version.storage === true)?.name;
  const { storedVersions = [] } = status;
  if (storing === undefined || storedVersions.includes(storing)) return { ...status, storedVersions };
  return { ...status, storedVersions: [...storedVersions, storing] };
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
