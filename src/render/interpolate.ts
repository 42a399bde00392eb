import type { GeneratorEntry } from "../../crds/generators.ts";
import type { CompiledText, Limits, TemplateEngine } from "../../templates/engine.ts";
import { newRowRun, TemplateError } from "../../templates/engine.ts";
import { GenerationError } from "../base/errors.ts";
import { copyValue, isMap, newRecord, type Params } from "../base/values.ts";
import { fieldPath } from "./field-path.ts";
import { mayChangeParams } from "./mutation.ts";

export interface Interpolator {
  /** Renders one text. Throws a GenerationError. */
  render(text: string, params: Params, at: string): string;
  /**
   * A copy of a generator entry with every text and key rendered; its selector stays, and its `values` are lenient: a text
   * that asks for what the row lacks stays as it is. With extensions the children of a matrix or merge in it stay too.
   */
  entry(entry: GeneratorEntry, params: Params, at: string, extended?: boolean): GeneratorEntry;
  /** Whether a text used a function whose result differs from call to call. */
  isNonDeterministic(): boolean;
}

export interface InterpolationSettings {
  readonly engine: TemplateEngine;
  readonly options: readonly string[];
  readonly limits: Limits;
}

const maxKeptTexts = 10_000;

/** The kinds of generators whose `values` the generator itself renders again. */
const kindsWithValues: ReadonlySet<string> = new Set([
  "clusters",
  "git",
  "scmProvider",
  "clusterDecisionResource",
  "pullRequest",
  "plugin",
  "oci",
  "configMap",
]);

/** What is about the rows of the entry itself, or names their keys. */
const rawFields: ReadonlySet<string> = new Set(["when", "keys"]);

/** Argo CD knows what the row lacks by these words alone, wherever in the message: a field of null is another failure. */
const missingInGo = /map has no entry for key|can't evaluate field/;

type Fields = { readonly [key: string]: unknown };

/** Renders a text that stands at a field path. */
type TextRun = (text: string, at: string) => string;

interface Runs {
  readonly text: TextRun;
  readonly lenient: TextRun;
  /** Children of a matrix or merge inside the entry stay as they are. */
  readonly extended: boolean;
}

/** Renders texts of generators; each is compiled once. */
export function interpolator(settings: InterpolationSettings): Interpolator {
  return new GeneratorInterpolator(settings);
}

class GeneratorInterpolator implements Interpolator {
  readonly #settings: InterpolationSettings;
  readonly #strictOptions: readonly string[];
  readonly #compiled = new Map<string, PreparedText>();
  #nonDeterministic = false;

  constructor(settings: InterpolationSettings) {
    this.#settings = settings;
    const others = settings.options.filter((option) => !option.startsWith("missingkey="));
    this.#strictOptions = [...others, "missingkey=error"];
  }

  isNonDeterministic(): boolean {
    return this.#nonDeterministic;
  }

  render(text: string, params: Params, at: string): string {
    return this.#run(text, params, { at, options: this.#settings.options });
  }

  entry(entry: GeneratorEntry, params: Params, at: string, extended = false): GeneratorEntry {
    const strict: TextRun = (text, where) => this.render(text, params, where);
    const lenient: TextRun = (text, where) => this.#valueOrText(text, params, where);
    const runs = { text: strict, lenient, extended };
    const rendered = this.#entry(entry as Fields, at, runs) as GeneratorEntry;
    return entry.selector === undefined ? rendered : { ...rendered, selector: entry.selector };
  }

  #entry(entry: Fields, at: string, runs: Runs): unknown {
    const copy = newRecord<unknown>();
    for (const [key, spec] of Object.entries(entry)) {
      const path = fieldPath(at, key);
      if (rawFields.has(key)) copy[key] = spec;
      else if (isMap(spec) && kindsWithValues.has(key)) copy[key] = this.#leaf(key, spec, path, runs);
      else if (isMap(spec) && key === "list") copy[key] = this.#list(spec, path, runs.text);
      else if (isMap(spec) && (key === "matrix" || key === "merge")) copy[key] = this.#combination(spec, path, runs);
      else copy[key] = this.#value(spec, path, runs.text);
    }
    return copy;
  }

  /** An element that is null fails, but not once it went through here: then it is a row without parameters. */
  #list(spec: Fields, at: string, text: TextRun): unknown {
    const rendered = this.#value(spec, at, text) as { [key: string]: unknown };
    const { elements } = rendered;
    if (Array.isArray(elements)) rendered.elements = elements.map((element) => element ?? newRecord<unknown>());
    return rendered;
  }

  #leaf(kind: string, spec: Fields, at: string, runs: Runs): unknown {
    const { values, ...rest } = spec;
    const rendered = this.#value(rest, at, runs.text) as { [key: string]: unknown };
    if (isMap(values)) rendered.values = this.#values(values, `${at}.values`, runs.lenient);
    fillLists(rendered, kind);
    return rendered;
  }

  /** What a value asks for and the row lacks, the generator itself may have. */
  #values(values: Fields, at: string, lenient: TextRun): unknown {
    const rendered = newRecord<unknown>();
    for (const [key, text] of Object.entries(values)) rendered[key] = lenient(String(text), fieldPath(at, key));
    return rendered;
  }

  #valueOrText(text: string, params: Params, at: string): string {
    try {
      return this.#run(text, params, { at, options: this.#strictOptions });
    } catch (error: unknown) {
      if (error instanceof GenerationError && this.#asksForMissing(error)) return text;
      throw error;
    }
  }

  #asksForMissing({ message, details }: GenerationError): boolean {
    return this.#settings.engine.name === "go" ? missingInGo.test(message) : details.missing !== undefined;
  }

  #combination(spec: Fields, at: string, runs: Runs): unknown {
    const { generators, ...rest } = spec;
    const rendered = this.#value(rest, at, runs.text) as { [key: string]: unknown };
    if (!Array.isArray(generators)) return rendered;
    if (runs.extended) return { ...rendered, generators };
    rendered.generators = generators.map((child, index) => {
      const path = `${at}.generators[${index}]`;
      return isMap(child) ? this.#entry(child, path, runs) : child;
    });
    return rendered;
  }

  #value(value: unknown, at: string, text: TextRun): unknown {
    if (typeof value === "string") return text(value, at);
    if (Array.isArray(value)) return value.map((item, index) => this.#value(item, `${at}[${index}]`, text));
    if (!isMap(value)) return value;
    const copy = newRecord<unknown>();
    for (const [key, entry] of Object.entries(value)) {
      if (entry === null || entry === undefined) continue;
      const rendered = this.#value(entry, fieldPath(at, key), text);
      copy[text(key, fieldPath(at, key))] = rendered;
    }
    return copy;
  }

  #run(text: string, params: Params, { at, options }: { at: string; options: readonly string[] }): string {
    if (!text.includes("{{")) return text;
    const run = newRowRun(this.#settings.limits);
    try {
      const { compiled, mutates } = this.#compile(text, at, options);
      return compiled.render(mutates ? copyValue(params) : params, run);
    } catch (error: unknown) {
      if (!(error instanceof TemplateError)) throw error;
      throw new GenerationError(error.message, { details: { ...error.details, field: at }, cause: error });
    } finally {
      this.#nonDeterministic ||= run.nonDeterministic;
    }
  }

  #compile(text: string, at: string, options: readonly string[]): PreparedText {
    const id = `${options.join(",")}\n${at}\n${text}`;
    let prepared = this.#compiled.get(id);
    if (prepared === undefined) {
      const { engine } = this.#settings;
      const mutates = engine.name === "go" && mayChangeParams(text);
      prepared = { compiled: engine.compile(text, at, { options }), mutates };
      // Texts that were rendered before are new for every row.
      if (this.#compiled.size >= maxKeptTexts) this.#compiled.clear();
      this.#compiled.set(id, prepared);
    }
    return prepared;
  }
}

/**
 * Lists and maps that are not there are empty ones once they went through Argo CD's rendering: every filter of an
 * scmProvider looks at branches then, and the parameters of a plugin are no null.
 */
function fillLists(spec: { [key: string]: unknown }, kind: string): void {
  if (kind === "plugin") spec.input = { parameters: {}, ...(spec.input as Fields | undefined) };
  if (kind !== "scmProvider" || !Array.isArray(spec.filters)) return;
  spec.filters = spec.filters.map((filter: Fields) => ({ pathsExist: [], pathsDoNotExist: [], ...filter }));
}

interface PreparedText {
  readonly compiled: CompiledText;
  readonly mutates: boolean;
}
