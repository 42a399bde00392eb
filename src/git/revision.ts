import { compareVersions, parseVersion, parseVersionRange, type Version } from "../base/version-range.ts";

export interface RefTarget {
  readonly oid: string;
  /** The commit that an annotated tag stands for, where the remote says it. */
  readonly peeled?: string;
}

/** The refs of a repository by their full names; `HEAD` among them. */
export type Refs = ReadonlyMap<string, RefTarget>;

/** What a revision asks for: something that a ref names, a full object id, or the beginning of one. */
export type Wanted =
  | { readonly kind: "ref"; readonly name: string; readonly target: RefTarget }
  | { readonly kind: "id"; readonly oid: string }
  | { readonly kind: "prefix"; readonly prefix: string };

const fullId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const idPrefix = /^[0-9a-f]{7,63}$/i;
const tags = "refs/tags/";

/** Whether the revision is a full commit id, which needs no look at the refs. */
export function isFullId(revision: string): boolean {
  return fullId.test(revision);
}

/**
 * What a revision means among the refs; undefined when it means nothing there. The order is Argo CD's: a full id, then a
 * range of versions over the tags, then names, then an abbreviated id. Where Argo CD takes a branch or a tag of the same
 * name by chance, the branch wins.
 */
export function findRevision(refs: Refs, revision: string, tagPrefix = ""): Wanted | undefined {
  const asked = revision === "" ? "HEAD" : revision;
  if (fullId.test(asked)) return { kind: "id", oid: asked.toLowerCase() };
  const name = highestTag(refs, asked, tagPrefix) ?? asked;
  for (const candidate of [name, `refs/heads/${name}`, `${tags}${name}`, `refs/${name}`, `refs/remotes/${name}`]) {
    const target = refs.get(candidate);
    if (target !== undefined && (candidate === "HEAD" || candidate.startsWith("refs/"))) {
      return { kind: "ref", name: candidate, target };
    }
  }
  // In a clone on this machine that stands for its remote, most branches exist only as the remote's.
  const remote = refs.get(`refs/remotes/origin/${name}`);
  if (remote !== undefined) return { kind: "ref", name: `refs/remotes/origin/${name}`, target: remote };
  return idPrefix.test(asked) ? { kind: "prefix", prefix: asked.toLowerCase() } : undefined;
}

/** The highest tag in the range that the revision is, or the tag of the exact version; undefined when it is neither. */
function highestTag(refs: Refs, revision: string, prefix: string): string | undefined {
  if (parseVersion(revision) !== undefined) return `${prefix}${revision}`;
  const range = parseVersionRange(revision);
  if (range === undefined) return undefined;
  let highest: Version | undefined;
  for (const name of refs.keys()) {
    if (!name.startsWith(`${tags}${prefix}`)) continue;
    const version = parseVersion(name.slice(tags.length + prefix.length));
    if (version === undefined || !range(version)) continue;
    if (highest === undefined || compareVersions(version, highest) > 0) highest = version;
  }
  return highest && `${tags}${prefix}${highest.original}`;
}

/** Whether a name may be a ref of a repository; a hostile remote can say anything. Rule: git-check-ref-format(1). */
export function isRefName(name: string): boolean {
  if (name === "HEAD") return true;
  if (!name.startsWith("refs/") || name.length > 1_024 || name.endsWith("/") || name.endsWith(".")) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\//.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
