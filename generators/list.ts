import type { GeneratorSpec } from "../crds/generators.ts";
import { GenerationError, messageOf } from "../src/base/errors.ts";
import { isMap, isStringMap, newRecord, type Params, type Value, type ValueMap } from "../src/base/values.ts";
import { parseYaml } from "../src/base/yaml.ts";
import { checkRowCount, completeExpansion, leafOrigin, leafRow } from "./expansion.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { depthOf, toFloats } from "./params.ts";
import { contentKeys } from "./row-keys.ts";

/**
 * Rows written in the spec, in their order: `elements`, then those of the text `elementsYaml`. In flat mode the values of
 * `elements` must be texts (`values` may be a map of texts, which become `values.KEY`); elements of the text are taken raw
 * in both modes.
 */
export const listGenerator: Generator<"list"> = {
  kind: "list",
  async generate(spec, context): Promise<Expansion> {
    const elements = [...(spec.elements ?? [])] as Value[];
    const rows = elements.map((element, index) => {
      const at = `${context.at}.elements[${index}]`;
      return { at, item: `element ${index}`, params: elementParams(element, at, context) };
    });
    rows.push(...textElements(spec, context));
    checkRowCount(rows.length, context.limits, context.at);
    return completeExpansion(keyed(rows, context));
  },
  requeueAfterSeconds: () => undefined,
};

interface Element {
  readonly at: string;
  readonly item: string;
  readonly params: Params;
}

function elementParams(element: Value, at: string, context: GenerateContext): Params {
  if (!isMap(element)) throw notAMap(element, at);
  checkDepth(element, at, context);
  return context.nested ? (toFloats(element) as Params) : flatElement(element, at);
}

function checkDepth(element: Value, at: string, { limits }: GenerateContext): void {
  if (depthOf(element, limits.maxParamDepth + 1) <= limits.maxParamDepth) return;
  throw new GenerationError(`${at} is nested deeper than ${limits.maxParamDepth} levels`, { details: { field: at } });
}

function flatElement(element: ValueMap, at: string): Params {
  const params = newRecord<string>();
  for (const [key, value] of Object.entries(element)) {
    if (key === "values") addFlatValues(params, value, at);
    else if (typeof value === "string") params[key] = value;
    else throw notText(`${at}.${key}`, value);
  }
  return params;
}

function addFlatValues(params: { [key: string]: string }, values: Value, at: string): void {
  if (!isMap(values)) throw notAMap(values, `${at}.values`);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== "string") throw notText(`${at}.values.${key}`, value);
    params[`values.${key}`] = value;
  }
}

function textElements(spec: GeneratorSpec<"list">, context: GenerateContext): Element[] {
  const text = spec.elementsYaml;
  if (text === undefined || text === "") return [];
  const at = `${context.at}.elementsYaml`;
  const parsed = parseElements(text, at);
  if (parsed === null) return [];
  if (!Array.isArray(parsed)) {
    throw new GenerationError(`${at} holds ${describe(parsed)} where a list of maps is needed`, {
      details: { field: at, remedy: 'begin each element with "- "' },
    });
  }
  return parsed.map((element, index) => {
    const place = `${at}[${index}]`;
    if (element !== null && !isMap(element)) throw notAMap(element, place);
    checkDepth(element, place, context);
    return { at: place, item: `elementsYaml ${index}`, params: toFloats(element ?? newRecord()) as Params };
  });
}

function parseElements(text: string, at: string): Value {
  try {
    return parseYaml(text);
  } catch (error: unknown) {
    throw new GenerationError(`${at} is no YAML: ${messageOf(error)}`, { details: { field: at }, cause: error });
  }
}

function keyed(elements: readonly Element[], { at }: GenerateContext): Row[] {
  const keyOf = contentKeys("element");
  return elements.map(({ item, params }) => leafRow(keyOf(params), params, leafOrigin(at, "list", item)));
}

function notAMap(value: Value, at: string): GenerationError {
  return new GenerationError(`${at} is ${describe(value)} where a map is needed`, { details: { field: at } });
}

function notText(at: string, value: Value): GenerationError {
  return new GenerationError(`${at} is ${describe(value)} and must be a text without goTemplate`, {
    details: { field: at, remedy: "write the value in quotes or set goTemplate: true" },
  });
}

function describe(value: Value): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isMap(value) || isStringMap(value)) return "a map";
  return typeof value === "string" ? "a text" : `a ${typeof value === "boolean" ? "boolean" : "number"}`;
}
