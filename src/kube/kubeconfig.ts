import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { ErrorDetails } from "../base/errors.ts";
import { FleetError } from "../base/errors.ts";
import type { Value, ValueMap } from "../base/values.ts";
import { isMap, own } from "../base/values.ts";
import { parseYaml } from "../base/yaml.ts";

/** The kubeconfig can't be used as it is. Names file, context and field, never a value. */
export class KubeconfigError extends FleetError {
  readonly reason = "InvalidKubeconfig";
  readonly retryable = false;
}

/** A named entry of a kubeconfig with the file it came from, against whose folder its paths are read. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly body: ValueMap;
  readonly file: string;
}

/** Kubeconfig files merged as kubectl does: the first file that names an entry wins. */
export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
}

/** A context with what it refers to. */
export interface KubeconfigContext {
  readonly name: string;
  /** Default `default`. */
  readonly namespace: string;
  readonly cluster: KubeconfigEntry;
  /** Absent where the context names no user. */
  readonly user: KubeconfigEntry | undefined;
}

const maxFileBytes = 16 << 20;

/**
 * Reads and merges the files. Files that do not exist are passed over, as kubectl does for KUBECONFIG, unless `mustExist`;
 * undefined when none exists.
 */
export async function readKubeconfig(paths: readonly string[], mustExist = false): Promise<Kubeconfig | undefined> {
  const merged = {
    files: [] as string[],
    currentContext: undefined as string | undefined,
    contexts: new Map<string, KubeconfigEntry>(),
    clusters: new Map<string, KubeconfigEntry>(),
    users: new Map<string, KubeconfigEntry>(),
  };
  for (const file of paths) {
    const document = await readDocument(file, mustExist);
    if (document === undefined) continue;
    merged.files.push(file);
    merged.currentContext ??= text(document, "current-context") || undefined;
    addEntries(merged.contexts, document, { list: "contexts", body: "context", file });
    addEntries(merged.clusters, document, { list: "clusters", body: "cluster", file });
    addEntries(merged.users, document, { list: "users", body: "user", file });
  }
  return merged.files.length === 0 ? undefined : merged;
}

async function readDocument(file: string, mustExist: boolean): Promise<ValueMap | undefined> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (cause: unknown) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (isMissing && !mustExist) return undefined;
    const found = isMissing ? "does not exist" : "can't be read";
    throw new KubeconfigError(`kubeconfig ${file} ${found}`, { details: { file }, cause });
  }
  if (content.length > maxFileBytes)
    throw new KubeconfigError(`kubeconfig ${file} is too large`, { details: { file } });
  const document = parseYaml(content.toString("utf8"), { file });
  if (document === null) return {};
  if (!isMap(document)) throw new KubeconfigError(`kubeconfig ${file} is not a map`, { details: { file } });
  return document;
}

interface EntryPlace {
  readonly list: string;
  readonly body: string;
  readonly file: string;
}

function addEntries(into: Map<string, KubeconfigEntry>, document: ValueMap, place: EntryPlace): void {
  const entries = own(document, place.list);
  if (!Array.isArray(entries)) return;
  for (const entry of entries as readonly Value[]) {
    if (!isMap(entry)) continue;
    const name = text(entry, "name");
    const body = own(entry, place.body);
    if (name === undefined || into.has(name)) continue;
    into.set(name, { name, body: isMap(body) ? body : {}, file: place.file });
  }
}

/** The own text under a key; undefined when it is missing or no text. */
export function text(map: ValueMap, key: string): string | undefined {
  const value = own(map, key);
  return typeof value === "string" ? value : undefined;
}

/** The context of that name, or the current one. The error for a missing one names those that exist. */
export function selectContext(config: Kubeconfig, name?: string): KubeconfigContext {
  const wanted = name ?? config.currentContext;
  const files = config.files.join(", ");
  const existing = [...config.contexts.keys()].sort();
  const known = existing.length === 0 ? "there are no contexts" : `use one of: ${existing.join(", ")}`;
  const details: ErrorDetails = { file: files, remedy: known, contexts: existing };
  if (wanted === undefined) {
    throw new KubeconfigError(`kubeconfig ${files} has no current context; name one with --context, ${known}`, {
      details,
    });
  }
  const context = config.contexts.get(wanted);
  if (context === undefined) {
    throw new KubeconfigError(`kubeconfig ${files} has no context ${JSON.stringify(wanted)}; ${known}`, { details });
  }
  const cluster = refer(config.clusters, context, "cluster");
  if (cluster === undefined) throw new KubeconfigError(`context ${wanted} of kubeconfig ${files} names no cluster`);
  const namespace = text(context.body, "namespace") || "default";
  return { name: wanted, namespace, cluster, user: refer(config.users, context, "user") };
}

function refer(
  entries: ReadonlyMap<string, KubeconfigEntry>,
  context: KubeconfigEntry,
  field: "cluster" | "user",
): KubeconfigEntry | undefined {
  const name = text(context.body, field);
  if (name === undefined || name === "") return undefined;
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const details = { file: context.file, field: `contexts[${context.name}].${field}` };
  throw new KubeconfigError(
    `context ${context.name} of kubeconfig ${context.file} names ${field} ${name}, which is missing`,
    {
      details,
    },
  );
}

/** A field that is given as base64 (`…-data`) or as the path of a file; the data wins, as in kubectl. */
export async function dataOrFile(entry: KubeconfigEntry, field: string): Promise<string | undefined> {
  const data = text(entry.body, `${field}-data`);
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  const path = text(entry.body, field);
  if (path === undefined || path === "") return undefined;
  return readEntryFile(entry, field, path);
}

export async function readEntryFile(entry: KubeconfigEntry, field: string, path: string): Promise<string> {
  try {
    return await readFile(isAbsolute(path) ? path : join(dirname(entry.file), path), "utf8");
  } catch (cause: unknown) {
    const details = { file: entry.file, field, remedy: `check the path ${path}` };
    throw new KubeconfigError(`${field} of ${entry.name} in kubeconfig ${entry.file} can't be read`, {
      details,
      cause,
    });
  }
}
