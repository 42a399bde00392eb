import { GenerationError } from "../src/base/errors.ts";
import { fingerprint } from "./fingerprint.ts";
import type { GenerateContext, Input } from "./generator.ts";
import type { GitEntry, GitSource, GitTree } from "./ports.ts";

/** A commit's entries with what names them in inputs and messages. */
export interface ReadTree {
  readonly kind: "git" | "oci";
  readonly tree: GitTree;
  readonly entries: readonly GitEntry[];
  /** `https://git.example.com/apps.git@main`, without credentials. */
  readonly label: string;
}

/** Reads all entries at a revision, through the port that goes with the kind. */
export async function readTree(kind: ReadTree["kind"], source: GitSource, context: GenerateContext): Promise<ReadTree> {
  const { repoURL, revision } = source;
  const tree = await context.ports[kind].open(source, context.signal);
  const entries = await tree.entries();
  const label = `${withoutCredentials(repoURL)}@${revision === "" ? "HEAD" : revision}`;
  if (entries.length > context.limits.maxTreeEntries) {
    throw new GenerationError(`${label} has more than ${context.limits.maxTreeEntries} directories and files`, {
      details: { field: `${context.at}.repoURL` },
    });
  }
  return { kind, tree, entries, label };
}

/** A URL that may be shown: whatever stands before an @ in its host part is left out. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

/** The input of one directory or file. */
export function entryInput({ kind, label }: ReadTree, entry: GitEntry): Input {
  return { id: `${kind} ${label} ${entry.path}`, version: entry.oid };
}

/** Which paths the patterns pick, so that a new or a lost one is a change of input too. */
export function patternInput({ kind, label }: ReadTree, patterns: string, picked: readonly GitEntry[]): Input {
  return { id: `${kind} ${label} ${patterns}`, version: fingerprint(...picked.map((entry) => entry.path)) };
}
