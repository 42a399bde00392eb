import { GenerationError, messageOf } from "../src/base/errors.ts";
import { isMap, newRecord, type Params, type Value } from "../src/base/values.ts";
import { parseYaml } from "../src/base/yaml.ts";
import type { GenerateContext } from "./generator.ts";
import { depthOf, flattenParams, toFloats } from "./params.ts";

/** Where a file of parameters stands, for messages. */
export interface FileSource {
  readonly path: string;
  readonly repository: string;
  /** The generator's field path. */
  readonly at: string;
}

export interface FileParams {
  readonly maps: readonly Params[];
  /** Whether the file holds a list, so that its rows need their index. */
  readonly isList: boolean;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The rows of a YAML or JSON file: one for a map (an empty file is an empty map), one for each map of a list. Only the
 * first document counts. Flat rows have every scalar as text under its dotted path. Throws a GenerationError with file,
 * line and repository.
 */
export function parseParamsFile(content: Uint8Array, source: FileSource, context: GenerateContext): FileParams {
  const value = parse(content, source);
  if (value === null || isMap(value)) return { maps: [rowOf(value, source, context)], isList: false };
  if (!Array.isArray(value)) throw notMaps(source, "");
  return { maps: value.map((item, index) => rowOf(item, source, context, index)), isList: true };
}

// The same bytes come again with every look at a tree whose file has not changed: they are read as YAML once. What was read
// is never changed, only copied from.
const readBefore = new WeakMap<Uint8Array, { readonly value: Value }>();

function parse(content: Uint8Array, source: FileSource): Value {
  const known = readBefore.get(content);
  if (known !== undefined) return known.value;
  try {
    const value = parseYaml(utf8.decode(content), { file: source.path });
    readBefore.set(content, { value });
    return value;
  } catch (error: unknown) {
    throw new GenerationError(`${source.path} of ${source.repository} cannot be read: ${messageOf(error)}`, {
      details: { ...placeOf(error), field: source.at, file: source.path, repository: source.repository },
      cause: error,
    });
  }
}

function placeOf(error: unknown): { readonly line?: number; readonly column?: number } {
  const { line, column } = (error as { details?: { line?: number; column?: number } }).details ?? {};
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function rowOf(value: Value, source: FileSource, { nested, limits }: GenerateContext, index?: number): Params {
  if (value === null) return newRecord();
  if (!isMap(value)) throw notMaps(source, index === undefined ? "" : `, item ${index},`);
  if (depthOf(value, limits.maxParamDepth + 1) > limits.maxParamDepth) {
    throw new GenerationError(
      `${source.path} of ${source.repository} is nested deeper than ${limits.maxParamDepth} levels`,
      { details: { field: source.at, file: source.path } },
    );
  }
  return nested ? (toFloats(value) as Params) : flattenParams(value);
}

function notMaps(source: FileSource, place: string): GenerationError {
  return new GenerationError(`${source.path}${place} of ${source.repository} is neither a map nor a list of maps`, {
    details: { field: source.at, file: source.path, repository: source.repository, remedy: "write keys with values" },
  });
}
