import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { messageOf } from "../../base/errors.ts";
import type { KubeObject } from "../resources.ts";
import { lockData } from "./data-lock.ts";
import type { Journal, JournalEntry, JournalState } from "./journal.ts";
import { damageOf } from "./lmdb-header.ts";
import { StoreError, unreadableStore } from "./store-error.ts";

type ObjectKey = [cluster: string, resource: string, key: string];

interface Pending {
  readonly cluster: string;
  readonly entry: JournalEntry;
}

const format = "1";

/** Opens the store in a directory, or makes one. Throws a `StoreError` for one that is in use or cannot be read. */
export function openLmdbJournal(dataDir: string): Journal {
  const directory = join(dataDir, "store");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const unlock = lockData(directory);
    try {
      return new LmdbJournal(directory, unlock);
    } catch (error: unknown) {
      unlock();
      throw error;
    }
  } catch (error: unknown) {
    throw error instanceof StoreError ? error : unreadableStore(directory, messageOf(error), error);
  }
}

/** Objects as JSON text under cluster, resource and key; beside them the newest version of each cluster. */
class LmdbJournal implements Journal {
  readonly #directory: string;
  readonly #unlock: () => void;
  readonly #root: RootDatabase;
  readonly #objects: Database<string, ObjectKey>;
  readonly #versions: Database<string, string>;
  #pending: Pending[] = [];
  #appended = 0;
  #durable = 0;
  #writing: Promise<void> | undefined;
  #broken: StoreError | undefined;

  constructor(directory: string, unlock: () => void) {
    this.#directory = directory;
    this.#unlock = unlock;
    const damage = damageOf(join(directory, "data.mdb"));
    if (damage !== undefined) throw unreadableStore(directory, damage);
    this.#root = open({ path: directory, encoding: "string" });
    this.#objects = this.#root.openDB({ name: "objects", encoding: "string" });
    this.#versions = this.#root.openDB({ name: "versions", encoding: "string" });
    this.#checkFormat();
  }

  #checkFormat(): void {
    const found: unknown = this.#root.get("format");
    if (found === format) return;
    if (found !== undefined) throw unreadableStore(this.#directory, `its format ${JSON.stringify(found)} is not known`);
    this.#root.putSync("format", format);
  }

  clusters(): readonly string[] {
    return [...this.#versions.getKeys()].map((key) => key.slice(1));
  }

  load(cluster: string): JournalState {
    const id = clusterId(cluster);
    return { version: Number(this.#versions.get(id) ?? 0), objects: this.#objectsOf(id) };
  }

  *#objectsOf(id: string): Generator<JournalEntry & { readonly json: string }> {
    for (const { key, value } of this.#objects.getRange({ start: [id, "", ""] })) {
      const [cluster, resource, name] = key;
      if (cluster !== id) return;
      yield { resource, key: name, version: this.#versionIn(resource, name, value), json: value };
    }
  }

  /** Reads the whole object: one that cannot be read must not come to light later. */
  #versionIn(resource: string, name: string, json: string): number {
    try {
      const version = Number((JSON.parse(json) as KubeObject).metadata?.resourceVersion);
      if (version > 0 && json.startsWith('{"apiVersion":"')) return version;
    } catch {
      // Refused below, like every other text that is no object.
    }
    throw unreadableStore(this.#directory, `what it holds as ${resource} ${name} is not an object`);
  }

  append(cluster: string, entry: JournalEntry): void {
    this.#pending.push({ cluster: clusterId(cluster), entry });
    this.#appended++;
  }

  async flushed(): Promise<void> {
    const own = this.#appended;
    while (this.#durable < own) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  /** What comes while one group goes to disk makes the next. */
  async #write(): Promise<void> {
    const [group, last] = [this.#pending, this.#appended];
    this.#pending = [];
    try {
      if (this.#broken !== undefined) throw this.#broken;
      await this.#objects.batch(() => this.#putAll(group));
      await this.#objects.flushed;
      this.#durable = last;
    } catch (error: unknown) {
      this.#broken ??= writeFailed(this.#directory, error);
      throw this.#broken;
    } finally {
      this.#writing = undefined;
    }
  }

  #putAll(group: readonly Pending[]): void {
    const newest = new Map<string, number>();
    for (const { cluster, entry } of group) {
      const key: ObjectKey = [cluster, entry.resource, entry.key];
      // The batch as a whole says how it went.
      if (entry.json === undefined) void this.#objects.remove(key);
      else void this.#objects.put(key, entry.json);
      newest.set(cluster, entry.version);
    }
    for (const [cluster, version] of newest) void this.#versions.put(cluster, String(version));
  }

  async close(): Promise<void> {
    try {
      if (this.#broken === undefined) await this.flushed();
    } finally {
      await this.#root.close();
      this.#unlock();
    }
  }
}

/** Never empty: the hub has no name. */
function clusterId(cluster: string): string {
  return `/${cluster}`;
}

function writeFailed(directory: string, cause: unknown): StoreError {
  return new StoreError(`the data in ${directory} can't be written: ${messageOf(cause)}; nothing more is taken`, {
    cause,
    details: { file: directory, remedy: "make room or mend the disk, then start the server again" },
  });
}
