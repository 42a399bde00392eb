import type { CompiledText, RowRun } from "../../templates/engine.ts";
import { type ErrorDetails, InvalidError, messageOf, RenderError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { isMap, newRecord, type Params } from "../base/values.ts";
import { parseYaml } from "../base/yaml.ts";
import { applicationType } from "./application-type.ts";
import { decodeStruct, TypeMismatch } from "./decode.ts";
import { PatchRefused, strategicMerge } from "./strategic-merge.ts";

type Fields = { readonly [key: string]: unknown };

/** Patches one Application with one row: gives a new object where the patch changes something. */
export type Patcher = (application: Fields, params: Params, run: RowRun) => Fields;

const field = "spec.templatePatch";
const maxKeptTexts = 1_000;

/**
 * A `templatePatch`: its text is rendered for each row, read as JSON when it begins with `{` and as YAML otherwise, and
 * merged strategically. A text without content changes nothing. The project cannot be changed. Rows that render to the
 * same text share its reading.
 */
export function compilePatch(compiled: CompiledText): Patcher {
  const known = new Map<string, Fields | undefined>();
  const read = (text: string): Fields | undefined => {
    if (known.has(text)) return known.get(text);
    const patch = readPatch(text);
    if (known.size < maxKeptTexts) known.set(text, patch);
    return patch;
  };
  return (application, params, run) => {
    const patch = read(compiled.render(params, run));
    return patch === undefined ? application : apply(application, patch);
  };
}

function readPatch(text: string): Fields | undefined {
  const value = exactWithin64Bits(parse(text));
  if (value === null || value === undefined) return undefined;
  if (!isMap(value))
    throw refused(`is ${Array.isArray(value) ? "a list" : "no map"}`, { remedy: "write a part of an Application" });
  checked(() => decodeStruct(isJson(text) ? withWrittenFractions(text, value) : value, applicationType));
  return Object.keys(value).length === 0 ? undefined : value;
}

function parse(text: string): unknown {
  try {
    return isJson(text) ? parseJson(text) : parseYaml(text);
  } catch (error: unknown) {
    if (!(error instanceof InvalidError)) throw error;
    throw refused(`renders to no ${isJson(text) ? "JSON" : "YAML"}: ${messageOf(error)}`, placeOf(error), error);
  }
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith("{");
}

const jsonTokens = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g;

/** Go reads a number that JSON writes as `5.0` or `1e3` into no integer field, whatever its value. */
function withWrittenFractions(text: string, value: unknown): unknown {
  if (!/[0-9][.eE]/.test(text)) return value;
  return parseJson(text.replace(jsonTokens, (token) => (/^-?[0-9]+[.eE]/.test(token) ? "0.5" : token)));
}

/** Lines of the rendered text are not those of the template, so they go by a name of their own. */
function placeOf({ details }: InvalidError): ErrorDetails {
  return details.line === undefined ? {} : { renderedLine: details.line };
}

/** Integers of 64 bits stay exact, longer ones become doubles. */
function exactWithin64Bits(value: unknown): unknown {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : Number(value);
  if (Array.isArray(value)) return value.map(exactWithin64Bits);
  if (!isMap(value)) return value;
  const map = newRecord<unknown>();
  for (const [key, entry] of Object.entries(value)) map[key] = exactWithin64Bits(entry);
  return map;
}

function apply(application: Fields, patch: Fields): Fields {
  const merged = checked(() => strategicMerge(application, patch, applicationType));
  const patched = checked(() => decodeStruct(merged, applicationType));
  const spec = Object.assign(newRecord<unknown>(), patched.spec, { project: (application.spec as Fields).project });
  return Object.assign(newRecord<unknown>(), patched, {
    apiVersion: application.apiVersion,
    kind: application.kind,
    spec,
  });
}

function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (error: unknown) {
    if (error instanceof TypeMismatch)
      throw refused(`does not fit an Application: ${error.message}`, { at: error.path }, error);
    if (error instanceof PatchRefused) throw refused(`cannot be merged: ${error.message}`, {}, error);
    throw error;
  }
}

function refused(problem: string, details: ErrorDetails, cause?: unknown): RenderError {
  return new RenderError(`${field} ${problem}`, { details: { field, ...details }, cause });
}
