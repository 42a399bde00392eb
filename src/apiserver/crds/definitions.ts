import type { KubeObject, PrinterColumn, ResourceDefinition, ScaleSubresource, Schema } from "../resources.ts";

export interface CrdNames {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface CrdVersion {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScaleSubresource };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface CrdSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: CrdNames;
  readonly versions: readonly CrdVersion[];
  readonly preserveUnknownFields?: boolean;
}

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const ageColumn: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description:
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
};

export function specOf(crd: KubeObject): CrdSpec {
  return crd.spec as unknown as CrdSpec;
}

/** The kinds that a CustomResourceDefinition brings, one for each version. */
export function definitionsOf(crd: KubeObject): ResourceDefinition[] {
  const spec = specOf(crd);
  return spec.versions.map((version) => toDefinition(spec, version));
}

function toDefinition(spec: CrdSpec, version: CrdVersion): ResourceDefinition {
  const { names } = spec;
  const schema = version.schema?.openAPIV3Schema;
  const { status, scale } = version.subresources ?? {};
  const columns = version.additionalPrinterColumns ?? [];
  return {
    group: spec.group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === "Namespaced",
    verbs,
    subresources: { ...(status !== undefined && { status: true }), ...(scale !== undefined && { scale }) },
    ...(schema !== undefined && { schema }),
    printerColumns: columns.length > 0 ? columns : [ageColumn],
    storage: version.storage === true,
    served: version.served === true,
    ...(version.deprecated === true && { deprecated: true, deprecationWarning: deprecation(spec, version) }),
    ...(version.selectableFields !== undefined && {
      selectableFields: version.selectableFields.map(({ jsonPath }) => jsonPath),
    }),
  };
}

function deprecation({ group, names }: CrdSpec, { name, deprecationWarning }: CrdVersion): string {
  return deprecationWarning ?? `${group}/${name} ${names.kind} is deprecated`;
}
