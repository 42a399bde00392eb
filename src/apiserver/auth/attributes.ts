import { parseFieldSelector } from "../selectors/field-selector.ts";
import { SelectorError } from "../selectors/label-selector.ts";
import { pathSegmentName } from "../validation/names.ts";

/** What a request asks for, in the words that rules speak of. */
export interface Attributes {
  /** `get list watch create update patch delete deletecollection`; for other paths the method in lower case. */
  readonly verb: string;
  /** Set for paths that name no resource; all that follows is "" then. */
  readonly path: string | undefined;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
}

export function pathAttributes(verb: string, path: string): Attributes {
  return { verb, path, group: "", resource: "", subresource: "", name: "", namespace: "" };
}

export function resourceAttributes(asked: Partial<Attributes> & { readonly verb: string }): Attributes {
  return { path: undefined, group: "", resource: "", subresource: "", name: "", namespace: "", ...asked };
}

interface Request {
  /** As sent: HEAD is told apart from GET on paths that name no resource. */
  readonly method: string;
  /** The path within the cluster, each segment decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const verbs: { readonly [method: string]: string } = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const namespaceSubresources = new Set(["status", "finalize"]);

/**
 * Reads a request as kube-apiserver's RequestInfo does: every path below a version names a resource, whether there is such
 * a kind or not, so that who may not see anything cannot find out what is there.
 */
export function attributesOf(request: Request): Attributes {
  const { method } = request;
  const segments = trimmed(request.segments);
  const [root, ...rest] = segments;
  const at = root === "api" ? 1 : root === "apis" ? 2 : Number.POSITIVE_INFINITY;
  if (rest.length <= at) return pathAttributes(method.toLowerCase(), `/${request.segments.join("/")}`);
  const group = root === "api" ? "" : rest[0]!;
  const isWatch = rest[at] === "watch" && rest.length > at + 1;
  const parts = rest.slice(rest[at] === "watch" ? at + 1 : at);
  const found = withoutNamespace(parts, group);
  const verb = isWatch ? "watch" : (verbs[method] ?? "");
  return resourceAttributes({ verb, group, ...found, ...ofCollection(verb, found.name, request.query) });
}

function trimmed(segments: readonly string[]): readonly string[] {
  let [start, end] = [0, segments.length];
  while (start < end && segments[start] === "") start++;
  while (end > start && segments[end - 1] === "") end--;
  return segments.slice(start, end);
}

type Named = Pick<Attributes, "namespace" | "resource" | "name" | "subresource">;

/** A namespace's own path is one within that namespace. */
function withoutNamespace(parts: readonly string[], group: string): Named {
  const isNamespacePart = group === "" && parts.length === 3 && namespaceSubresources.has(parts[2]!);
  const isBelow = parts[0] === "namespaces" && parts.length > 2 && !isNamespacePart;
  const namespace = parts[0] === "namespaces" ? (parts[1] ?? "") : "";
  const [resource = "", name = "", subresource = ""] = isBelow ? parts.slice(2) : parts;
  return { namespace, resource, name, subresource };
}

/** What a request without a name means; a field selector may bring the name. */
function ofCollection(verb: string, name: string, query: URLSearchParams): Partial<Attributes> {
  if (name !== "") return {};
  if (verb === "delete") return { verb: "deletecollection" };
  if (verb !== "get" && verb !== "watch") return {};
  const isWatch = verb === "watch" || isTrue(query.get("watch"));
  const selected = verb === "watch" ? undefined : selectedName(query.get("fieldSelector") ?? "");
  return { verb: isWatch ? "watch" : "list", ...(selected !== undefined && { name: selected }) };
}

/** A flag that is there is set, unless it says otherwise. */
function isTrue(value: string | null): boolean {
  return value !== null && !["false", "0"].includes(value.toLowerCase());
}

/** The one object that a field selector leaves; a selector that cannot be read leaves any. */
function selectedName(selector: string): string | undefined {
  if (!selector.includes("metadata.name")) return undefined;
  try {
    const term = parseFieldSelector(selector).find(({ field, negated }) => field === "metadata.name" && !negated);
    return term === undefined || pathSegmentName(term.value).length > 0 ? undefined : term.value;
  } catch (error: unknown) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}
