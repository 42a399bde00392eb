import { GitLimitError } from "./errors.ts";
import { isRefName, type Refs, type RefTarget } from "./revision.ts";

const line = /^([0-9a-f]{40}|[0-9a-f]{64})[ \t](.+)$/;
const peeledMark = "^{}";

/** Reads what `git ls-remote` and `git show-ref --head --dereference` print; a line that names no ref is left out. */
export function parseRefList(text: string, maxRefs: number): Refs {
  const refs = new Map<string, RefTarget>();
  for (const row of text.split("\n")) {
    const [, oid, name] = line.exec(row) ?? [];
    if (oid === undefined || name === undefined) continue;
    if (name.endsWith(peeledMark)) {
      const tag = refs.get(name.slice(0, -peeledMark.length));
      if (tag !== undefined) refs.set(name.slice(0, -peeledMark.length), { oid: tag.oid, peeled: oid });
    } else if (isRefName(name)) refs.set(name, { oid });
    if (refs.size > maxRefs) throw tooManyRefs(maxRefs);
  }
  return refs;
}

export function tooManyRefs(maxRefs: number): GitLimitError {
  return new GitLimitError(`the repository has more than ${maxRefs} refs`, {
    details: { remedy: "delete branches and tags that nobody needs, or raise the limit" },
  });
}
