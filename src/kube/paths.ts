import { KubeError } from "./errors.ts";
import type { ResourceRef } from "./objects.ts";
import { describeRef } from "./objects.ts";

/** What may stand between two slashes: the API forbids `/` and `%` in names, and `.` and `..` would name another path. */
const safeSegment = /^(?!\.{1,2}$)[^/%?#\s\p{Cc}]+$/u;

function segment(text: string, ref: ResourceRef, what: string): string {
  if (!safeSegment.test(text)) {
    const remedy = "names must not be empty, . or .., nor hold /, %, ?, # or spaces";
    throw new KubeError("Invalid", `${describeRef(ref)}: ${JSON.stringify(text)} can't be a ${what}`, {
      details: { object: describeRef(ref), remedy },
    });
  }
  return encodeURIComponent(text);
}

/** The path of a group version: `/api/v1`, `/apis/apps/v1`. */
export function groupVersionPath(ref: { readonly group: string; readonly version: string }): string {
  const { group, version } = ref;
  const type = { group, version, plural: "" };
  const last = segment(version, type, "version");
  return group === "" ? `/api/${last}` : `/apis/${segment(group, type, "group")}/${last}`;
}

/** The path of an object or collection. Names come from manifests and templates: one that could leave its place is refused. */
export function resourcePath(ref: ResourceRef): string {
  const parts = [groupVersionPath(ref)];
  if (ref.namespace !== undefined && ref.namespace !== "") {
    parts.push("namespaces", segment(ref.namespace, ref, "namespace"));
  }
  parts.push(segment(ref.plural, ref, "resource"));
  if (ref.name !== undefined) parts.push(segment(ref.name, ref, "name"));
  if (ref.subresource !== undefined) parts.push(segment(ref.subresource, ref, "subresource"));
  return parts.join("/");
}

/** A query string with its question mark; parameters that are undefined or false are left out. */
export function queryString(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== false && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
