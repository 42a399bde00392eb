import { definitionErrors } from "../cel/definition.ts";
import { jsonEqual } from "../managed-fields/json.ts";
import type { KubeObject } from "../resources.ts";
import { type FieldError, invalid, notSupported, required } from "../validation/field-error.ts";
import { dns1035Name, subdomainName } from "../validation/names.ts";
import { type CrdNames, type CrdSpec, type CrdVersion, specOf } from "./definitions.ts";
import { structuralErrors } from "./structural.ts";

/** What is wrong with a CustomResourceDefinition beyond its metadata. */
export function crdErrors(crd: KubeObject, previous: KubeObject | undefined): FieldError[] {
  const spec = (specOf(crd) ?? {}) as Partial<CrdSpec>;
  const { group = "", names = { plural: "", kind: "" }, versions } = spec;
  const name = crd.metadata?.name ?? "";
  return [
    ...(previous !== undefined || (name === `${names.plural ?? ""}.${group}` && group !== "")
      ? []
      : [invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')]),
    ...groupErrors(group),
    ...approvalErrors(crd, group),
    ...scopeErrors(spec.scope ?? ""),
    ...versionsErrors(versions ?? null),
    ...namesErrors(names),
    ...conversionErrors(spec),
    ...(versions ?? []).flatMap((version, index) => [
      ...versionErrors(version, index, (versions ?? []).length),
      ...ruleErrors(version, schemaField(index, (versions ?? []).length), previous),
    ]),
    ...storedErrors(versions ?? [], crd),
    ...(previous === undefined ? [] : immutableErrors(spec, specOf(previous), previous)),
  ];
}

function groupErrors(group: string): FieldError[] {
  if (group === "") return [required("spec.group")];
  const problems = subdomainName(group);
  if (problems.length > 0) return [invalid("spec.group", group, problems.join(","))];
  return group.includes(".") ? [] : [invalid("spec.group", group, "should be a domain with at least one dot")];
}

const approval = "api-approved.kubernetes.io";

function approvalErrors(crd: KubeObject, group: string): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return [];
  const value = crd.metadata?.annotations?.[approval] ?? "";
  const field = `metadata.annotations[${approval}]`;
  const message = `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`;
  if (value === "") return [required(field, message)];
  const isFine = value.startsWith("unapproved") || /^https?:\/\/./.test(value);
  return isFine ? [] : [invalid(field, value, message)];
}

function scopeErrors(scope: string): FieldError[] {
  if (scope === "") return [required("spec.scope")];
  return scope === "Cluster" || scope === "Namespaced"
    ? []
    : [notSupported("spec.scope", scope, ["Cluster", "Namespaced"])];
}

/** Versions as messages show them: Go's internal form. */
function goVersions(versions: readonly CrdVersion[] | null): unknown {
  return versions === null
    ? null
    : versions.map(({ name, served = false, storage = false, deprecated = false }) => ({
        Name: name,
        Served: served,
        Storage: storage,
        Deprecated: deprecated,
        DeprecationWarning: null,
        Schema: null,
        Subresources: null,
        AdditionalPrinterColumns: null,
        SelectableFields: null,
      }));
}

function versionsErrors(versions: readonly CrdVersion[] | null): FieldError[] {
  const names = (versions ?? []).map(({ name }) => name);
  const shown = goVersions(versions);
  const errors = names.flatMap((name, index) =>
    dns1035Name(name ?? "").map((problem) => invalid(`spec.versions[${index}].name`, name, problem)),
  );
  if (new Set(names).size !== names.length) {
    errors.push(invalid("spec.versions", shown, "must contain unique version names"));
  }
  if ((versions ?? []).filter(({ storage }) => storage === true).length !== 1) {
    errors.push(invalid("spec.versions", shown, "must have exactly one version marked as storage version"));
  }
  for (const name of names.slice(0, 1)) {
    errors.push(...dns1035Name(name ?? "").map((problem) => invalid("spec.version", name, problem)));
  }
  return errors;
}

function storedErrors(versions: readonly CrdVersion[], crd: KubeObject): FieldError[] {
  const field = "status.storedVersions";
  const { storedVersions: stored = [] } = (crd.status ?? {}) as { readonly storedVersions?: readonly string[] };
  if (stored.length === 0) return [invalid(field, null, "must have at least one stored version")];
  const missing = versions.filter(({ name, storage }) => storage === true && !stored.includes(name));
  return [
    ...missing.map(({ name }) => invalid(field, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) => {
      const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
      return versions.some((version) => version.name === name) ? [] : [invalid(`${field}[${index}]`, name, why)];
    }),
  ];
}

const mixedCase = "may have mixed case, but should otherwise match: ";

function namesErrors(names: CrdNames): FieldError[] {
  const { plural = "", singular = "", kind = "", listKind = "", shortNames = [] } = names;
  const kinds = { kind, listKind };
  return [
    ...Object.entries({ plural, singular }).flatMap(([field, value]) => nameErrors(`spec.names.${field}`, value)),
    ...Object.entries(kinds).flatMap(([field, value]) => nameErrors(`spec.names.${field}`, value, mixedCase)),
    ...shortNames.flatMap((name, index) => nameErrors(`spec.names.shortNames[${index}]`, name)),
    ...(kind !== "" && kind === listKind
      ? [invalid("spec.names.listKind", listKind, "kind and listKind may not be the same")]
      : []),
  ];
}

function nameErrors(field: string, value: string, prefix = ""): FieldError[] {
  if (value === "") return [required(field)];
  const problems = dns1035Name(prefix === "" ? value : value.toLowerCase());
  return problems.length === 0 ? [] : [invalid(field, value, prefix + problems.join(","))];
}

interface Conversion {
  readonly strategy?: string;
  readonly webhook?: { readonly clientConfig?: object; readonly conversionReviewVersions?: readonly string[] };
}

function conversionErrors(spec: Partial<CrdSpec>): FieldError[] {
  const { strategy = "None", webhook } = (spec as { readonly conversion?: Conversion }).conversion ?? {};
  const field = "spec.conversion";
  if (strategy === "None") return [];
  if (strategy !== "Webhook") return [notSupported(`${field}.strategy`, strategy, ["None", "Webhook"])];
  const needsConfig = "required when strategy is set to Webhook";
  return [
    ...((webhook?.conversionReviewVersions ?? []).length > 0 ? [] : [required(`${field}.conversionReviewVersions`)]),
    ...(webhook?.clientConfig === undefined ? [required(`${field}.webhookClientConfig`, needsConfig)] : []),
  ];
}

function schemaField(index: number, count: number): string {
  return count === 1 ? "spec.validation" : `spec.versions[${index}].schema`;
}

/** Rules are compiled against a schema that is right by itself. */
function ruleErrors(version: CrdVersion, parent: string, previous: KubeObject | undefined): FieldError[] {
  const schema = version.schema?.openAPIV3Schema;
  if (schema === undefined) return [];
  const before = previous === undefined ? undefined : specOf(previous).versions;
  const old = before?.find(({ name }) => name === version.name)?.schema?.openAPIV3Schema;
  const field = `${parent}.openAPIV3Schema`;
  return definitionErrors(schema, field, {
    isStructural: structuralErrors(schema, field).length === 0,
    isUnchanged: old !== undefined && jsonEqual(old, schema),
  });
}

/** The only version's parts are told of as if they stood in the spec itself. */
function versionErrors(version: CrdVersion, index: number, count: number): FieldError[] {
  const at = `spec.versions[${index}]`;
  const rest = count === 1 ? "spec" : at;
  const parent = schemaField(index, count);
  const schema = version.schema?.openAPIV3Schema;
  if (schema === undefined) return [required(`${at}.schema.openAPIV3Schema`)];
  return [
    ...statusTypeErrors(version, `${parent}.openAPIV3Schema`),
    ...structuralErrors(schema, `${parent}.openAPIV3Schema`),
    ...scaleErrors(version, `${rest}.subresources.scale`),
    ...columnErrors(version, `${rest}.additionalPrinterColumns`),
  ];
}

function statusTypeErrors({ schema, subresources }: CrdVersion, field: string): FieldError[] {
  const type = schema?.openAPIV3Schema?.type;
  if (subresources?.status === undefined || type === undefined || type === "object") return [];
  const message = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
  return [invalid(`${field}.type`, type, message)];
}

function scaleErrors({ subresources }: CrdVersion, field: string): FieldError[] {
  const { scale } = subresources ?? {};
  if (scale === undefined) return [];
  return [
    ...pathErrors(`${field}.specReplicasPath`, scale.specReplicasPath, ".spec"),
    ...pathErrors(`${field}.statusReplicasPath`, scale.statusReplicasPath, ".status"),
  ];
}

function pathErrors(field: string, path: string | undefined, under: string): FieldError[] {
  if (path === undefined || path === "") return [required(field)];
  if (!/^(\.[a-zA-Z_][-\w]*)+$/.test(path)) return [invalid(field, path, "must be a simple json path starting with .")];
  return path.startsWith(`${under}.`) ? [] : [invalid(field, path, `should be a json path under ${under}`)];
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];

function columnErrors({ additionalPrinterColumns = [] }: CrdVersion, field: string): FieldError[] {
  return additionalPrinterColumns.flatMap(({ name, type, jsonPath }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if ((name ?? "") === "") errors.push(required(`${at}.name`));
    if ((type ?? "") === "") errors.push(required(`${at}.type`, `must be one of ${columnTypes.join(",")}`));
    else if (!columnTypes.includes(type))
      errors.push(invalid(`${at}.type`, type, `must be one of ${columnTypes.join(",")}`));
    if ((jsonPath ?? "") === "") errors.push(required(`${at}.JSONPath`));
    else if (!jsonPath.startsWith(".")) {
      errors.push(invalid(`${at}.JSONPath`, jsonPath, "must be a simple json path starting with ."));
    }
    return errors;
  });
}

/** A definition that is in force keeps its scope, its kind and its group. */
function immutableErrors(spec: Partial<CrdSpec>, before: CrdSpec, previous: KubeObject): FieldError[] {
  const { conditions } = (previous.status ?? {}) as {
    readonly conditions?: readonly { type: string; status: string }[] | null;
  };
  const isEstablished = (conditions ?? []).some(({ type, status }) => type === "Established" && status === "True");
  const pairs: [string, unknown, unknown][] = [
    ["spec.group", spec.group, before.group],
    ["spec.names.plural", spec.names?.plural, before.names.plural],
  ];
  if (isEstablished) {
    pairs.push(["spec.scope", spec.scope, before.scope], ["spec.names.kind", spec.names?.kind, before.names.kind]);
  }
  return pairs.flatMap(([field, now, then]) => (now === then ? [] : [invalid(field, now, "field is immutable")]));
}
