/** What a path and method ask for, as Kubernetes names it. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** "" for a collection. */
  readonly name: string;
  /** "" for cluster-wide kinds, and for collections over all namespaces. */
  readonly namespace: string;
  readonly subresource: string;
  /** `/api/v1/watch/...`: the old way to ask for a watch. */
  readonly isWatch: boolean;
}

/** A path that cannot name anything: badly encoded, or with a step up in it. */
export class PathError extends Error {}

/**
 * The segments of a raw path, each decoded on its own. A segment that decodes to `.`, `..` or holds a slash could be taken
 * for another path by whoever reads it next, hence is refused.
 */
export function splitPath(path: string): string[] {
  const segments = path.split("/").slice(1);
  return segments.map((segment) => {
    const decoded = segment.includes("%") ? decode(segment) : segment;
    if (decoded === "." || decoded === ".." || decoded.includes("/") || decoded.includes("\0")) {
      throw new PathError(`no such path segment: ${JSON.stringify(decoded)}`);
    }
    return decoded;
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error: unknown) {
    throw new PathError("the path is not properly encoded", { cause: error });
  }
}

/** Reads the segments of a path below one cluster; undefined when it names no resource. */
export function resourcePath(segments: readonly string[]): ResourcePath | undefined {
  const [root, ...rest] = segments;
  if (root === "api") return afterVersion("", rest);
  return root === "apis" && rest.length > 0 ? afterVersion(rest[0]!, rest.slice(1)) : undefined;
}

function afterVersion(group: string, segments: readonly string[]): ResourcePath | undefined {
  const [version = "", ...rest] = segments;
  // One slash at the end does not count.
  const parts = rest.length > 1 && rest.at(-1) === "" ? rest.slice(0, -1) : rest;
  const isWatch = parts[0] === "watch";
  const own = isWatch ? parts.slice(1) : parts;
  const path = { group, version, isWatch };
  if (own.length === 0 || own.some((part) => part === "")) return undefined;
  if (own[0] === "namespaces" && group === "" && own.length <= 2) return { ...path, ...named("namespaces", own, 1) };
  if (own[0] !== "namespaces" || own.length < 2)
    return own.length > 3 ? undefined : { ...path, ...named(own[0]!, own, 1) };
  const isNamespacePart = group === "" && own.length === 3 && namespaceSubresources.has(own[2]!);
  if (isNamespacePart) return { ...path, ...named("namespaces", own, 1) };
  if (own.length < 3 || own.length > 5) return undefined;
  return { ...path, ...named(own[2]!, own, 3), namespace: own[1]! };
}

const namespaceSubresources = new Set(["status", "finalize"]);

function named(
  plural: string,
  parts: readonly string[],
  at: number,
): Pick<ResourcePath, "plural" | "name" | "namespace" | "subresource"> {
  return { plural, name: parts[at] ?? "", namespace: "", subresource: parts[at + 1] ?? "" };
}
