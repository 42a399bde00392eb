import { badRequest } from "../status-error.ts";
import { type FieldError, forbiddenField, invalidObject, notSupported, required } from "../validation/field-error.ts";
import { fieldManagerErrors } from "../validation/object-meta.ts";
import type { FieldValidation } from "../verbs/write-request.ts";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

type Kind = "CreateOptions" | "UpdateOptions" | "PatchOptions";

const validations = ["", "Ignore", "Strict", "Warn"];

/** Reads the options of a write from its query; a manager that is not named is the client's program. */
export function readWriteOptions(
  query: URLSearchParams,
  userAgent: string | undefined,
  kind: Kind,
  isApply = false,
): WriteOptions {
  const manager = query.get("fieldManager") ?? "";
  const fieldValidation = query.get("fieldValidation") ?? "";
  const dryRun = query.getAll("dryRun");
  const force = readBoolean(query, "force");
  const errors: FieldError[] = [
    ...(kind === "PatchOptions" ? patchErrors(manager, force, isApply) : []),
    ...fieldManagerErrors(manager, "fieldManager"),
    ...(dryRun.some((value) => value !== "All") ? [notSupported("dryRun", dryRun, ["All"])] : []),
    ...(validations.includes(fieldValidation) ? [] : [notSupported("fieldValidation", fieldValidation, validations)]),
  ];
  if (errors.length > 0) throw invalidObject({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: dryRun.length > 0,
    manager: manager === "" ? programOf(userAgent) : manager,
    fieldValidation: fieldValidation === "" ? "Warn" : (fieldValidation as FieldValidation),
    force: force === true,
  };
}

function patchErrors(manager: string, force: boolean | undefined, isApply: boolean): FieldError[] {
  if (isApply) return manager === "" ? [required("fieldManager", "is required for apply patch")] : [];
  return force === undefined ? [] : [forbiddenField("force", "may not be specified for non-apply patch")];
}

function programOf(userAgent = ""): string {
  const program = userAgent.split("/")[0]!.slice(0, 128);
  return [...program].filter((character) => /^[ -~]$/.test(character)).join("");
}

const truths = new Set(["1", "t", "T", "true", "TRUE", "True"]);

/** A flag of a query as Kubernetes reads them: present and empty is true, anything else but false too. */
export function readBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const text = value.toLowerCase();
  return truths.has(value) || !(text === "false" || text === "0");
}

export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === "") return undefined;
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
}
