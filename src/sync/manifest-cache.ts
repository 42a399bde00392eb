import type { KubeObject } from "../kube/objects.ts";

/** What a directory of manifests held. */
export interface ReadManifests {
  readonly objects: readonly KubeObject[];
  /** Of the texts that they were read from. */
  readonly bytes: number;
  /** Some of it stands outside the directory, so that the directory's own id does not tell all. */
  readonly hasLinks: boolean;
}

interface Entry {
  readonly reading: Promise<ReadManifests>;
  bytes: number;
}

const defaultMaxBytes = 128 << 20;

/** Parsed manifests by what they were read from; the least recently used go when the texts they came from grow too large. */
export class ManifestCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  /** Directories without links, of which the id tells all. */
  readonly #selfContained = new Set<string>();
  #bytes = 0;

  constructor(maxBytes = defaultMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The manifests of a directory, `directory` being the key of its content and `revision` that of the commit it stands in;
   * read once, however many ask for it at a time.
   */
  async get(
    directory: string,
    revision: string,
    read: () => Promise<ReadManifests>,
    anew = false,
  ): Promise<readonly KubeObject[]> {
    const key = this.#selfContained.has(directory) ? directory : `${revision} ${directory}`;
    const known = this.#entries.get(key);
    if (known !== undefined && !anew) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return (await known.reading).objects;
    }
    this.#remove(key);
    const entry: Entry = { reading: read(), bytes: 0 };
    this.#entries.set(key, entry);
    try {
      const result = await entry.reading;
      this.#keep(key, entry, result);
      if (!result.hasLinks) this.#rename(key, directory);
      return result.objects;
    } catch (error: unknown) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  #keep(key: string, entry: Entry, { bytes }: ReadManifests): void {
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  #rename(key: string, directory: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || key === directory) return;
    this.#entries.delete(key);
    const other = this.#entries.get(directory);
    if (other !== undefined) this.#bytes -= other.bytes;
    this.#entries.set(directory, entry);
    this.#selfContained.add(directory);
  }

  #remove(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
    this.#selfContained.delete(key);
  }
}
