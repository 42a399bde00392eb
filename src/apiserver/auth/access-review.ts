import type { ObjectMeta } from "../resources.ts";
import { type FieldError, invalid, invalidObject, required } from "../validation/field-error.ts";
import { type Attributes, pathAttributes, resourceAttributes } from "./attributes.ts";
import type { User } from "./user.ts";

interface SelectorSpec {
  readonly rawSelector?: string;
  readonly requirements?: readonly unknown[];
}

interface ResourceSpec {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly fieldSelector?: SelectorSpec;
  readonly labelSelector?: SelectorSpec;
}

export interface ReviewSpec {
  readonly resourceAttributes?: ResourceSpec;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly [field: string]: unknown;
}

/** The spec of a review about someone else. */
export interface SubjectSpec extends ReviewSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: { readonly [key: string]: readonly string[] };
}

export function subjectOf(spec: SubjectSpec | undefined): User {
  const { user = "", groups = [], uid, extra } = spec ?? {};
  return { name: user, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) };
}

/** What a review asks, once it is checked. */
export function questionOf({ resourceAttributes: resource, nonResourceAttributes: path }: ReviewSpec): Attributes {
  if (resource === undefined) return pathAttributes(path?.verb ?? "", path?.path ?? "");
  const { verb = "", group = "", resource: plural = "", subresource = "", name = "", namespace = "" } = resource;
  return resourceAttributes({ verb, group, resource: plural, subresource, name, namespace });
}

/** Throws the 422 for a review that asks nothing, too much, or about nobody. */
export function checkAccessReview(kind: string, spec: ReviewSpec, metadata: ObjectMeta): void {
  const isSelf = kind === "SelfSubjectAccessReview";
  const errors = [
    ...questionErrors(spec),
    ...(isSelf ? [] : subjectErrors(spec)),
    ...selectorErrors(spec.resourceAttributes),
    ...(kind === "LocalSubjectAccessReview" ? localErrors(spec, metadata) : metadataErrors(metadata)),
  ];
  if (errors.length > 0) throw invalidObject({ group: "authorization.k8s.io", kind: "" }, "", errors);
}

function questionErrors({ resourceAttributes, nonResourceAttributes }: ReviewSpec): FieldError[] {
  const isResource = resourceAttributes !== undefined;
  if (isResource !== (nonResourceAttributes !== undefined)) return [];
  if (isResource) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalid("spec.nonResourceAttributes", shownPath(nonResourceAttributes), why)];
  }
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalid("spec.resourceAttributes", null, why)];
}

function shownPath(attributes: ReviewSpec["nonResourceAttributes"]): object {
  return { Path: attributes?.path ?? "", Verb: attributes?.verb ?? "" };
}

function subjectErrors({ user = "", groups = [] }: SubjectSpec): FieldError[] {
  if (user !== "" || groups.length > 0) return [];
  return [invalid("spec.user", "", "at least one of user or group must be specified")];
}

function selectorErrors(resource: ResourceSpec | undefined): FieldError[] {
  return (["fieldSelector", "labelSelector"] as const).flatMap((field) => {
    const selector = resource?.[field];
    if (selector === undefined) return [];
    const { rawSelector = "", requirements = [] } = selector;
    const path = `spec.resourceAttributes.${field}`;
    if (rawSelector !== "" && requirements.length > 0) {
      return [invalid(`${path}.rawSelector`, rawSelector, "may not specified at the same time as requirements")];
    }
    if (rawSelector !== "" || requirements.length > 0) return [];
    return [required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`)];
  });
}

/** A review is no object: it has no name to give. */
function metadataErrors({ managedFields: _, ...metadata }: ObjectMeta): FieldError[] {
  return Object.keys(metadata).length === 0 ? [] : [invalid("metadata", metadata, "must be empty")];
}

function localErrors(spec: ReviewSpec, { managedFields: _, namespace = "", ...metadata }: ObjectMeta): FieldError[] {
  const asked = spec.resourceAttributes;
  const isOther = asked !== undefined && (asked.namespace ?? "") !== namespace;
  const place = "spec.resourceAttributes.namespace";
  return [
    ...(Object.keys(metadata).length === 0
      ? []
      : [invalid("metadata", metadata, "must be empty except for namespace")]),
    ...(isOther ? [invalid(place, asked.namespace ?? "", "must match metadata.namespace")] : []),
    ...(spec.nonResourceAttributes === undefined
      ? []
      : [
          invalid(
            "spec.nonResourceAttributes",
            shownPath(spec.nonResourceAttributes),
            "disallowed on this kind of request",
          ),
        ]),
  ];
}
