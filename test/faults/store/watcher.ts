import type { KubeObject } from "./load.ts";
import type { ServerAddress } from "./processes.ts";

interface Event {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject & { readonly code?: number };
}

/** Follows a list over the lives of a server, from the last version it saw. */
export class Watcher {
  readonly #path: string;
  readonly objects = new Map<string, KubeObject>();
  /** Deletions that it was told of, by name, with their version. */
  readonly deleted = new Map<string, number>();
  version = 0;
  /** What it was told that cannot be. */
  readonly wrong: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  startFrom(list: {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: readonly KubeObject[];
  }): void {
    this.objects.clear();
    this.deleted.clear();
    for (const item of list.items) this.objects.set(item.metadata.name, item);
    this.version = Number(list.metadata.resourceVersion);
  }

  /** Resolves with "gone" when the version is no longer known, with "cut" when the server ends. */
  async follow({ url, token }: ServerAddress): Promise<"gone" | "cut"> {
    const query = `?watch=true&resourceVersion=${this.version}`;
    let rest = "";
    try {
      const response = await fetch(`${url}${this.#path}${query}`, { headers: { authorization: `Bearer ${token}` } });
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (!this.#take(JSON.parse(line) as Event)) return "gone";
      }
    } catch {
      // The kill; half a line is none.
    }
    return "cut";
  }

  #take({ type, object }: Event): boolean {
    if (type === "ERROR") {
      if (object.code !== 410) this.wrong.push(`a watch ended with ${JSON.stringify(object)}`);
      return false;
    }
    const version = Number(object.metadata.resourceVersion);
    const { name } = object.metadata;
    if (version <= this.version) this.wrong.push(`${type} ${name} at ${version} came after ${this.version}`);
    if ((type === "ADDED") === this.objects.has(name)) this.wrong.push(`${type} ${name} at ${version} makes no sense`);
    this.version = version;
    if (type === "DELETED") {
      this.objects.delete(name);
      this.deleted.set(name, version);
    } else this.objects.set(name, object);
    return true;
  }

  /** Nothing it was told may be missing after a crash. */
  missing(objects: ReadonlyMap<string, KubeObject>, mayBeGone: (name: string) => boolean): string[] {
    const wrong: string[] = [];
    for (const [name, { metadata }] of this.objects) {
      const found = objects.get(name);
      if (
        found === undefined
          ? mayBeGone(name)
          : Number(found.metadata.resourceVersion) >= Number(metadata.resourceVersion)
      )
        continue;
      wrong.push(
        `${name} was shown at ${metadata.resourceVersion} and is at ${found?.metadata.resourceVersion ?? "nothing"}`,
      );
    }
    for (const [name, version] of this.deleted) {
      const found = objects.get(name);
      if (found !== undefined && Number(found.metadata.resourceVersion) < version)
        wrong.push(`${name} was shown as deleted at ${version}`);
    }
    return wrong;
  }
}
