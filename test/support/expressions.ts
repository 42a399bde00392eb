import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Params } from "../../src/base/values.ts";

/** One golden expression: what Argo CD's own code gave for a template text and its data. */
export interface ExpressionCase {
  readonly id: string;
  /** The template. */
  readonly T: string;
  /** `goTemplateOptions`. */
  readonly O: readonly string[];
  /** The parameters, or `@name` of an entry of data.json. */
  readonly D: Params | string;
  /** The engine. */
  readonly M: "go" | "flat";
  readonly out?: string;
  readonly err?: string;
  readonly tags: readonly string[];
}

const directory = join(import.meta.dirname, "../vectors/expressions");

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(directory, name), "utf8"));
}

const shared = readJson("data.json") as { readonly [name: string]: Params };

/** The groups of cases, by name. */
export function expressionGroups(): readonly { readonly group: string; readonly cases: readonly ExpressionCase[] }[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json") && name !== "data.json")
    .sort()
    .map((name) => ({ group: name.slice(0, -".json".length), cases: readJson(name) as ExpressionCase[] }));
}

/** A fresh copy of an entry of data.json, since functions such as `set` change their parameters. */
export function sharedParams(name: string): Params {
  const params = shared[name];
  if (params === undefined) throw new Error(`data.json has no entry for ${name}`);
  return structuredClone(params);
}

export function paramsOf({ D }: ExpressionCase): Params {
  return typeof D === "string" ? sharedParams(D.slice(1)) : structuredClone(D);
}

/** The names of functions.txt. */
export function listedFunctions(): readonly string[] {
  const lines = readFileSync(join(directory, "functions.txt"), "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t")[0] as string);
}
