import type { ApplicationSet } from "../../crds/application-set.ts";
import { misplacedExtension } from "../../crds/entry-extensions.ts";
import { unknownFieldWarnings } from "../../crds/near.ts";
import { structuralSchema } from "../../crds/schema.ts";
import { applyDefaults, prune, type Schema, validate } from "../../crds/structural.ts";
import { InvalidError, UsageError } from "../base/errors.ts";
import { isMap, own, type Value, type ValueMap } from "../base/values.ts";
import { parseYamlDocuments, type YamlDocument } from "../base/yaml.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import type { Io } from "./io.ts";
import { inputName, readInput } from "./read-input.ts";

/** An ApplicationSet of a file, as the API server would store it. */
export interface LoadedSet {
  readonly set: ApplicationSet;
  readonly file: string;
  /** Line and column of a field, for messages. */
  locate(field: string): { readonly line: number; readonly column: number };
}

export interface LoadedSets {
  readonly sets: readonly LoadedSet[];
  readonly warnings: readonly string[];
}

const groupVersion = "argoproj.io/v1alpha1";

/**
 * Reads the ApplicationSets of files, several documents each, and treats them as the API server does: unknown fields are
 * dropped with a warning, defaults are set, the schema is checked. Throws an InvalidError that names object, field and line.
 */
export async function loadSets(io: Io, files: readonly string[], namespace: string): Promise<LoadedSets> {
  if (files.length === 0) {
    throw new UsageError("there is no file to read ApplicationSets from", {
      details: { remedy: "give -f FILE, or -f - for standard input" },
    });
  }
  const warnings: string[] = [];
  const sets: LoadedSet[] = [];
  for (const path of files) {
    const file = inputName(path);
    const documents = parseYamlDocuments(await readInput(io, path), { file });
    const filled = documents.filter(({ value }) => value !== null);
    if (filled.length === 0) throw new InvalidError(`${file} holds no ApplicationSet`, { details: { file } });
    for (const document of filled) sets.push(loadSet(document, { file, namespace, warnings }));
  }
  return { sets, warnings };
}

interface LoadContext {
  readonly file: string;
  readonly namespace: string;
  readonly warnings: string[];
}

function loadSet(document: YamlDocument, context: LoadContext): LoadedSet {
  const { file } = context;
  const manifest = checkKind(document, file);
  const schema: Schema = structuralSchema("ApplicationSet");
  const object = describe(manifest, context.namespace);
  const dropped = prune(schema, manifest);
  const misplaced = misplacedExtension(dropped);
  if (misplaced !== undefined) {
    throw new InvalidError(`${object} is invalid: ${misplaced} is an extension of fleetset`, {
      details: {
        ...{ object, field: misplaced, file, ...document.locate(misplaced) },
        remedy: "put the generator into spec.fleet.generators",
      },
    });
  }
  for (const [index, warning] of unknownFieldWarnings(dropped).entries()) {
    const { line } = document.locate(dropped[index] ?? "");
    context.warnings.push(`${object} in ${file}:${line}: ${warning}`);
  }
  applyDefaults(schema, manifest);
  const issues = validate(schema, manifest);
  const [issue] = issues;
  if (issue !== undefined) {
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
    throw new InvalidError(`${object} is invalid: ${issue.message}${more}`, {
      details: {
        object,
        field: issue.path,
        file,
        ...document.locate(issue.path),
        ...(issue.remedy === undefined ? {} : { remedy: issue.remedy }),
        issues: issues.map(({ message }) => message),
      },
    });
  }
  const set = manifest as unknown as ApplicationSet;
  const placed = { ...set, metadata: { ...set.metadata, namespace: set.metadata.namespace ?? context.namespace } };
  return { set: withFleetBlock(placed), file, locate: (field) => document.locate(field) };
}

function checkKind(document: YamlDocument, file: string): ValueMap {
  const { value, line } = document;
  if (!isMap(value)) {
    throw new InvalidError(`the document at ${file}:${line} is no Kubernetes object`, {
      details: { file, line, remedy: "write an ApplicationSet with apiVersion, kind, metadata and spec" },
    });
  }
  const [apiVersion, kind] = [own(value, "apiVersion"), own(value, "kind")];
  if (apiVersion !== groupVersion || kind !== "ApplicationSet") {
    const found = `${text(kind) || "an object without kind"} of ${text(apiVersion) || "no apiVersion"}`;
    throw new InvalidError(`the document at ${file}:${line} is ${found}, not an ApplicationSet of ${groupVersion}`, {
      details: {
        file,
        line,
        field: kind === "ApplicationSet" ? "apiVersion" : "kind",
        remedy: "give files of ApplicationSets only",
      },
    });
  }
  const metadata = own(value, "metadata");
  if (!isMap(metadata) || text(own(metadata, "name")) === "") {
    throw new InvalidError(`the ApplicationSet at ${file}:${line} has no metadata.name`, {
      details: { file, ...document.locate("metadata"), field: "metadata.name", remedy: "give it a name" },
    });
  }
  return value;
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function describe(manifest: ValueMap, namespace: string): string {
  const metadata = own(manifest, "metadata") as ValueMap;
  return `ApplicationSet ${text(own(metadata, "namespace")) || namespace}/${text(own(metadata, "name"))}`;
}
