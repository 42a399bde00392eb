import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { GenerationError, UsageError } from "../base/errors.ts";
import { compareBytes } from "../base/go-bytes.ts";
import { isMap, type Value } from "../base/values.ts";
import { parseYamlDocuments, type YamlDocument } from "../base/yaml.ts";

/** One object of an inventory, and where it stands. */
export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly [field: string]: unknown;
}

export interface InventoryEntry {
  readonly object: InventoryObject;
  readonly file: string;
  readonly line: number;
}

/** Kubernetes objects from files, in place of a hub. */
export interface Inventory {
  /** By kind, namespace and name; of two with the same the later one stays, as after an apply. */
  readonly entries: readonly InventoryEntry[];
  /** What was left out or replaced, and why. */
  readonly warnings: readonly string[];
}

const manifestFile = /\.(?:ya?ml|json)$/i;
const maxFileBytes = 128 << 20;

/**
 * Reads files and directories of Kubernetes YAML or JSON: every `.yaml`, `.yml` and `.json` file of a directory at any
 * depth, in the order of their paths. Lists are taken apart. Throws a UsageError for a path that is not there and an
 * InvalidError with file and line for a file that cannot be read.
 */
export function readInventory(paths: readonly string[]): Inventory {
  const warnings: string[] = [];
  const entries = new Map<string, InventoryEntry>();
  for (const file of paths.flatMap(filesOf)) {
    for (const document of parseYamlDocuments(readText(file), { file })) {
      for (const value of itemsOf(document.value)) add(entries, value, { file, document, warnings });
    }
  }
  const sorted = [...entries].sort(([a], [b]) => compareBytes(a, b)).map(([, entry]) => entry);
  return { entries: sorted, warnings };
}

function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UsageError(`the inventory ${path} does not exist`, {
      details: { file: path, remedy: "name a file or directory" },
    });
  }
  if (!found.isDirectory()) return [path];
  const children = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  return children
    .sort((a, b) => compareBytes(a.name, b.name))
    .flatMap((child) => {
      const inner = join(path, child.name);
      if (child.isDirectory()) return filesOf(inner);
      return manifestFile.test(child.name) ? [inner] : [];
    });
}

function readText(file: string): string {
  const { size } = statSync(file);
  if (size > maxFileBytes) throw new GenerationError(`${file} has ${size} bytes where ${maxFileBytes} are allowed`);
  return readFileSync(file, "utf8");
}

/** The objects of a list of any kind, else the value itself. */
function itemsOf(value: Value): readonly Value[] {
  const isList = isMap(value) && typeof value.kind === "string" && value.kind.endsWith("List");
  return isList && Array.isArray(value.items) ? value.items : [value];
}

interface Source {
  readonly file: string;
  readonly document: YamlDocument;
  readonly warnings: string[];
}

function add(entries: Map<string, InventoryEntry>, value: Value, { file, document, warnings }: Source): void {
  if (!isObject(value)) {
    warnings.push(
      `${file}, line ${document.line}: no Kubernetes object, since it lacks apiVersion, kind or metadata.name: left out`,
    );
    return;
  }
  const { kind, metadata } = value;
  const key = `${value.apiVersion}\n${kind}\n${metadata.namespace ?? ""}\n${metadata.name}`;
  const before = entries.get(key);
  if (before !== undefined) {
    warnings.push(
      `${file}, line ${document.line}: ${nameOf(value)} stands in ${before.file} too; the later one is used`,
    );
  }
  entries.set(key, entryOf(value, file, document));
}

/** Lines cost a second look at the document, so they are found when a message needs them. */
function entryOf(object: InventoryObject, file: string, document: YamlDocument): InventoryEntry {
  return {
    object,
    file,
    get line() {
      return document.line;
    },
  };
}

function isObject(value: Value): value is Value & InventoryObject {
  if (!isMap(value) || typeof value.apiVersion !== "string" || typeof value.kind !== "string") return false;
  return isMap(value.metadata) && typeof value.metadata.name === "string" && value.metadata.name !== "";
}

/** `Secret argocd/prod-eu`. */
export function nameOf({ kind, metadata }: InventoryObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
