import type { Remote } from "./git-environment.ts";
import type { Refs } from "./revision.ts";

export type ObjectType = "commit" | "tree" | "blob" | "tag";

export interface StoredObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** The objects of one repository on this machine. */
export interface ObjectStore {
  /**
   * An object by its full id; undefined when the store lacks it. Throws GitLimitError, before reading it, when it is larger
   * than `maxBytes`.
   */
  read(oid: string, maxBytes: number): Promise<StoredObject | undefined>;
  has(oid: string): Promise<boolean>;
  /** The full id of the only object whose id begins so; undefined when there is none or more than one. */
  expand(prefix: string): Promise<string | undefined>;
  /** Looks again at what is on disk, after a fetch. */
  reload(): void;
  close(): void;
}

/** One way to speak git. Both ways pass one contract suite. */
export interface GitBackend {
  readonly name: "native" | "isomorphic";
  /** Finds the directory with the objects of a repository: itself when bare, `.git` or what that file points to. */
  openStore(gitDirectory: string): ObjectStore;
  /** The refs of a repository on this machine. */
  localRefs(gitDirectory: string, signal?: AbortSignal): Promise<Refs>;
  /** The refs of a remote. Throws RedirectError when it answers from elsewhere. */
  remoteRefs(remote: Remote, signal?: AbortSignal): Promise<Refs>;
  /** Makes an empty bare repository that can take objects with ids of this many hexadecimal digits. */
  createMirror(gitDirectory: string, idLength: number): Promise<void>;
  /**
   * Brings an object with its history into the mirror and keeps it there under a ref of its own. With `"all"` everything
   * that branches and tags reach. Only one fetch at a time may run on a mirror.
   */
  fetch(gitDirectory: string, remote: Remote, wanted: string | "all", signal?: AbortSignal): Promise<void>;
  /** Makes one pack of many and drops what the objects to keep do not reach, where that is worth it. */
  compact(gitDirectory: string, keep: readonly string[]): Promise<void>;
}

/** The remote answers that the repository is somewhere else. */
export class RedirectError extends Error {
  readonly location: string | undefined;

  constructor(location: string | undefined) {
    super("the remote redirects");
    this.location = location;
  }
}
