import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import type { KubeObject } from "../resources.ts";
import { lockData } from "./data-lock.ts";
import type { Journal, JournalEntry, JournalState } from "./journal.ts";
import { checkStoreFile } from "./lmdb-file.ts";
import { Damage } from "./lmdb-page.ts";
import { filedKey, isFiledPlain, readRecord, type StoredRecord, writeRecord } from "./record.ts";
import { damagedStore, StoreError, unknownFormat, unopenableStore, writeFailed } from "./store-error.ts";
import { storeKey } from "./stored.ts";

type ObjectKey = [cluster: string, resource: string, key: string];

interface Pending {
  readonly cluster: string;
  readonly entry: JournalEntry;
}

const format = "2";
/**
 * Without overlapping, a commit is done when it is on disk: the next group waits for that in any case. LMDB's own batches,
 * one for each turn, are ours already, and when one fails a promise of it that nobody can get at ends the process.
 */
const settings = { encoding: "binary", overlappingSync: false, eventTurnBatching: false } as const;

/** Opens the store in a directory, or makes one. Rejects with a `StoreError` for one that is in use or cannot be read. */
export async function openLmdbJournal(dataDir: string): Promise<Journal> {
  const directory = join(dataDir, "store");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const unlock = lockData(directory);
    try {
      const file = join(directory, "data.mdb");
      if (existsSync(file)) checkFile(file);
      else await makeStore(directory, file);
      return new LmdbJournal(directory, file, unlock);
    } catch (error: unknown) {
      unlock();
      throw error;
    }
  } catch (error: unknown) {
    throw error instanceof StoreError ? error : unopenableStore(directory, error);
  }
}

/** A store that comes into being is made elsewhere: one that is there is whole, whenever its maker was killed. */
async function makeStore(directory: string, file: string): Promise<void> {
  const making = join(directory, "new");
  rmSync(making, { recursive: true, force: true });
  const root = open<Buffer>({ path: making, ...settings });
  await root.put("format", Buffer.from(format));
  await root.close();
  chmodSync(join(making, "data.mdb"), 0o600);
  renameSync(join(making, "data.mdb"), file);
  rmSync(making, { recursive: true, force: true });
  const folder = openSync(directory, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Nothing is mapped or changed before it is clear that the file is whole and ours. */
function checkFile(file: string): void {
  try {
    const found = checkStoreFile(file).values.get("format")?.toString("latin1");
    if (found === undefined) throw new Damage("it is an LMDB store, but none of fleetset's");
    if (found !== format) throw unknownFormat(file, found, format);
  } catch (error: unknown) {
    throw error instanceof Damage ? damagedStore(file, error.message) : error;
  }
}

/** Objects as JSON text under cluster, resource and key; beside them the newest version of each cluster. */
class LmdbJournal implements Journal {
  readonly #file: string;
  readonly #unlock: () => void;
  readonly #root: RootDatabase<Buffer>;
  readonly #objects: Database<Buffer, ObjectKey>;
  readonly #versions: Database<Buffer, string>;
  #pending: Pending[] = [];
  #appended = 0;
  #durable = 0;
  #writing: Promise<void> | undefined;
  #broken: StoreError | undefined;

  constructor(directory: string, file: string, unlock: () => void) {
    this.#file = file;
    this.#unlock = unlock;
    this.#root = open({ path: directory, ...settings });
    this.#objects = this.#root.openDB({ name: "objects", encoding: "binary" });
    this.#versions = this.#root.openDB({ name: "versions", encoding: "binary" });
  }

  clusters(): readonly string[] {
    return [...this.#versions.getKeys()].map((key) => key.slice(1));
  }

  load(cluster: string): JournalState {
    const id = clusterId(cluster);
    const version = this.#versions.get(id);
    return {
      version: version === undefined ? 0 : this.#read(id, version).version,
      objects: this.#objectsOf(id),
    };
  }

  *#objectsOf(id: string): Generator<JournalEntry & { readonly json: string }> {
    for (const { key, value } of this.#objects.getRange({ start: [id, "", ""] })) {
      const [cluster, resource, name] = key;
      if (cluster !== id) return;
      const { version, text } = this.#read(recordName(key), value);
      yield { resource, key: isFiledPlain(name) ? name : keyOf(text), version, json: text };
    }
  }

  #read(name: string, record: Buffer): StoredRecord {
    const read = readRecord(name, record);
    if (read !== undefined) return read;
    throw damagedStore(this.#file, `what it holds as ${name.split("\0").slice(-2).join(" ")} is not what was written`);
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
      this.#durable = last;
    } catch (error: unknown) {
      this.#broken ??= writeFailed(this.#file, await causeOf(error));
      throw this.#broken;
    } finally {
      this.#writing = undefined;
    }
  }

  #putAll(group: readonly Pending[]): void {
    const newest = new Map<string, number>();
    for (const { cluster, entry } of group) {
      const key: ObjectKey = [cluster, entry.resource, filedKey(entry.key)];
      if (entry.json === undefined) toldByBatch(this.#objects.remove(key));
      else {
        const record = writeRecord(recordName(key), { version: entry.version, text: entry.json });
        toldByBatch(this.#objects.put(key, record));
      }
      newest.set(cluster, entry.version);
    }
    for (const [cluster, version] of newest) {
      toldByBatch(this.#versions.put(cluster, writeRecord(cluster, { version, text: "" })));
    }
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

/** The batch as a whole says how it went; a promise of its parts that nobody waits for would end the process. */
function toldByBatch(part: Promise<boolean>): void {
  part.catch(() => undefined);
}

/** LMDB's own words come in a promise of their own. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<unknown> };
  if (commitError === undefined) return error;
  return commitError.then(
    () => error,
    (cause: unknown) => cause,
  );
}

/** Never empty: the hub has no name. */
function clusterId(cluster: string): string {
  return `/${cluster}`;
}

function recordName(key: ObjectKey): string {
  return key.join("\0");
}

function keyOf(json: string): string {
  const { namespace = "", name = "" } = (JSON.parse(json) as KubeObject).metadata ?? {};
  return storeKey(namespace, name);
}
