import { normalizeName } from "../src/base/names.ts";
import { newRecord, type Params, stringList, type Value } from "../src/base/values.ts";

/** What path parameters are made of: a directory, and the name of the file in it when the row comes from a file. */
export interface RowPath {
  /** `.` for the root. */
  readonly directory: string;
  readonly filename?: string;
}

/**
 * The row with its path parameters, which go over keys of the same name. Nested rows get one map under `path` (under
 * `PREFIX.path` with a prefix, which replaces a key of the prefix's name); flat rows `path`, `path.basename`, `path[0]` …
 */
export function withPathParams(params: Params, path: RowPath, prefix: string, nested: boolean): Params {
  const row: { [key: string]: Value } = Object.assign(newRecord(), params);
  if (nested) addNested(row, path, prefix);
  else addFlat(row, path, prefix === "" ? "path" : `${prefix}.path`);
  return row;
}

function addNested(row: { [key: string]: Value }, path: RowPath, prefix: string): void {
  const facts: { [key: string]: Value } = newRecord();
  for (const [key, text] of namesOf(path)) facts[key === "" ? "path" : key] = text;
  facts.segments = stringList(path.directory.split("/"));
  if (prefix === "") row.path = facts;
  else row[prefix] = Object.assign(newRecord(), { path: facts });
}

function addFlat(row: { [key: string]: Value }, path: RowPath, root: string): void {
  for (const [key, text] of namesOf(path)) row[key === "" ? root : `${root}.${key}`] = text;
  path.directory.split("/").forEach((segment, index) => {
    if (segment !== "") row[`${root}[${index}]`] = segment;
  });
}

/** The texts of a path by their keys; the empty key is the path itself. */
function namesOf({ directory, filename }: RowPath): (readonly [string, string])[] {
  const basename = directory.slice(directory.lastIndexOf("/") + 1);
  const names: (readonly [string, string])[] = [
    ["", directory],
    ["basename", basename],
    ["basenameNormalized", normalizeName(basename)],
  ];
  if (filename !== undefined) names.push(["filename", filename], ["filenameNormalized", normalizeName(filename)]);
  return names;
}
