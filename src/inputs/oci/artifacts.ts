import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { GitTree } from "../../../generators/ports.ts";
import { GenerationError } from "../../base/errors.ts";
import type { OciLimits } from "./limits.ts";
import { contentLayer } from "./manifest.ts";
import type { OciRegistry } from "./registry.ts";
import { treeOfTar } from "./tree.ts";

const unzip = promisify(gunzip);

interface Unpacked {
  readonly tree: GitTree;
  readonly bytes: number;
}

/** Unpacked artifacts in memory, by digest: whoever has resolved a digest with a login of their own may have its files. */
export class ArtifactCache {
  readonly #limits: OciLimits;
  readonly #kept = new Map<string, Unpacked>();
  readonly #loading = new Map<string, Promise<GitTree>>();
  #bytes = 0;

  constructor(limits: OciLimits) {
    this.#limits = limits;
  }

  /** The files of a digest. Pulled once, however many ask at one time. */
  async tree(digest: string, registry: OciRegistry): Promise<GitTree> {
    const kept = this.#kept.get(digest);
    if (kept !== undefined) {
      this.#kept.delete(digest);
      this.#kept.set(digest, kept);
      return kept.tree;
    }
    let loading = this.#loading.get(digest);
    if (loading === undefined) {
      loading = this.#load(digest, registry).finally(() => this.#loading.delete(digest));
      this.#loading.set(digest, loading);
    }
    return loading;
  }

  async #load(digest: string, registry: OciRegistry): Promise<GitTree> {
    const layer = contentLayer(await registry.manifest(digest), this.#limits);
    const blob = await registry.blob(layer);
    const archive = layer.isCompressed ? await this.#unzip(blob) : blob;
    const tree = treeOfTar(archive, { digest, isChart: layer.isChart, limits: this.#limits });
    this.#keep(digest, { tree, bytes: archive.length });
    return tree;
  }

  async #unzip(blob: Uint8Array): Promise<Uint8Array> {
    const { maxExtractedBytes } = this.#limits;
    try {
      return await unzip(blob, { maxOutputLength: maxExtractedBytes });
    } catch (error: unknown) {
      const isLarge = (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
      const problem = isLarge ? `unpacks to more than ${maxExtractedBytes} bytes` : "cannot be unpacked";
      throw new GenerationError(`its layer ${problem}`, { cause: error });
    }
  }

  #keep(digest: string, unpacked: Unpacked): void {
    this.#kept.set(digest, unpacked);
    this.#bytes += unpacked.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#limits.maxKeptBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
