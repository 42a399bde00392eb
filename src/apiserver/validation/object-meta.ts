import { jsonEqual } from "../managed-fields/json.ts";
import type { ObjectMeta, OwnerReference } from "../resources.ts";
import { type FieldError, forbiddenField, invalid, required, tooLongBytes } from "./field-error.ts";
import { asPrefix, labelName, labelValueProblems, type NameCheck, qualifiedNameProblems } from "./names.ts";

const annotationsLimit = 256 * 1024;
const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/** What every object's metadata must be. `nameCheck` is the rule of the kind. */
export function metadataErrors(metadata: ObjectMeta, namespaced: boolean, nameCheck: NameCheck): FieldError[] {
  return [
    ...nameErrors(metadata, nameCheck),
    ...namespaceErrors(metadata, namespaced),
    ...labelErrors(metadata.labels, "metadata.labels"),
    ...annotationErrors(metadata.annotations, "metadata.annotations"),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...finalizerErrors(metadata.finalizers ?? []),
    ...managedFieldErrors(metadata.managedFields ?? []),
  ];
}

function nameErrors({ name = "", generateName = "" }: ObjectMeta, nameCheck: NameCheck): FieldError[] {
  const prefix = generateName === "" ? [] : asPrefix(nameCheck)(generateName);
  const errors = prefix.map((problem) => invalid("metadata.generateName", generateName, problem));
  if (name === "") return [...errors, required("metadata.name", "name or generateName is required")];
  return [...errors, ...nameCheck(name).map((problem) => invalid("metadata.name", name, problem))];
}

function namespaceErrors({ namespace = "" }: ObjectMeta, namespaced: boolean): FieldError[] {
  if (!namespaced) return namespace === "" ? [] : [forbiddenField("metadata.namespace", "not allowed on this type")];
  if (namespace === "") return [required("metadata.namespace")];
  return labelName(namespace).map((problem) => invalid("metadata.namespace", namespace, problem));
}

export function labelErrors(labels: { readonly [key: string]: string } | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const problem of qualifiedNameProblems(key)) errors.push(invalid(field, key, problem));
    for (const problem of labelValueProblems(value)) errors.push(invalid(field, value, problem));
  }
  return errors;
}

function annotationErrors(annotations: { readonly [key: string]: string } | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const problem of qualifiedNameProblems(key.toLowerCase())) errors.push(invalid(field, key, problem));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > annotationsLimit) errors.push(tooLongBytes(field, annotationsLimit));
  return errors;
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const field = "metadata.ownerReferences";
  const errors = owners.flatMap((owner) => ownerFieldErrors(owner, field));
  const controllers = owners.filter((owner) => owner.controller === true).map((owner) => `${owner.kind}/${owner.name}`);
  for (const other of controllers.slice(1)) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${other}`;
    errors.push(invalid(field, owners, detail));
  }
  return errors;
}

function ownerFieldErrors(owner: OwnerReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const version = (owner.apiVersion ?? "").split("/").at(-1);
  if (version === "") errors.push(invalid(`${field}.apiVersion`, owner.apiVersion ?? "", "version must not be empty"));
  for (const part of ["kind", "name", "uid"] as const) {
    if ((owner[part] ?? "") === "") errors.push(invalid(`${field}.${part}`, owner[part] ?? "", "must not be empty"));
  }
  if (owner.apiVersion === "v1" && owner.kind === "Event") {
    errors.push(invalid(field, owner, "/v1, Kind=Event is disallowed from being an owner"));
  }
  return errors;
}

function finalizerErrors(finalizers: readonly string[]): FieldError[] {
  const field = "metadata.finalizers";
  const errors = finalizers.flatMap((name) =>
    qualifiedNameProblems(name).map((problem) => invalid(field, name, problem)),
  );
  if (finalizers.includes(orphanFinalizer) && finalizers.includes(foregroundFinalizer)) {
    errors.push(
      invalid(field, finalizers, `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`),
    );
  }
  return errors;
}

function managedFieldErrors(entries: readonly unknown[]): FieldError[] {
  return entries.flatMap((raw, index) => {
    const entry = (raw ?? {}) as { operation?: string; fieldsType?: string; manager?: string };
    const field = `metadata.managedFields[${index}]`;
    const errors: FieldError[] = [];
    if (entry.operation !== "Apply" && entry.operation !== "Update") {
      errors.push(invalid(`${field}.operation`, entry.operation ?? "", "must be `Apply` or `Update`"));
    }
    if ((entry.fieldsType ?? "") !== "" && entry.fieldsType !== "FieldsV1") {
      errors.push(invalid(`${field}.fieldsType`, entry.fieldsType, "must be `FieldsV1`"));
    }
    return [...errors, ...fieldManagerErrors(entry.manager ?? "", `${field}.manager`)];
  });
}

export function fieldManagerErrors(manager: string, field: string): FieldError[] {
  const errors = Buffer.byteLength(manager) > 128 ? [tooLongBytes(field, 128)] : [];
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const detail = `invalid character ${codePointText(character)} (at position ${position})`;
      errors.push(invalid(field, manager, detail));
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

function isPrintable(character: string): boolean {
  return character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

function codePointText(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What an update may not do to metadata. */
export function metadataUpdateErrors(metadata: ObjectMeta, previous: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter((name) => !(previous.finalizers ?? []).includes(name)).sort();
    if (added.length > 0) errors.push(forbiddenField("metadata.finalizers", lateFinalizers([...new Set(added)])));
  }
  if ((metadata.resourceVersion ?? "") === "") {
    errors.push(invalid("metadata.resourceVersion", "", "must be specified for an update"));
  }
  for (const field of immutableFields) {
    if (jsonEqual(metadata[field] ?? null, previous[field] ?? null)) continue;
    errors.push(invalid(`metadata.${field}`, metadata[field] ?? emptyOf(field), "field is immutable"));
  }
  return [
    ...errors,
    ...labelErrors(metadata.labels, "metadata.labels"),
    ...annotationErrors(metadata.annotations, "metadata.annotations"),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...managedFieldErrors(metadata.managedFields ?? []),
  ];
}

const immutableFields = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

function emptyOf(field: (typeof immutableFields)[number]): unknown {
  return field === "name" || field === "namespace" || field === "uid" ? "" : null;
}

function lateFinalizers(added: readonly string[]): string {
  const list = added.map((name) => JSON.stringify(name)).join(", ");
  return `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
}
