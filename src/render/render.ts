import type { Application } from "../../crds/application.ts";
import type { Row } from "../../generators/generator.ts";
import type { CompiledText, Limits, RowRun, TemplateEngine } from "../../templates/engine.ts";
import { newRowRun } from "../../templates/engine.ts";
import { type ErrorDetails, FleetError, RenderError } from "../base/errors.ts";
import { copyValue, newRecord, type Params } from "../base/values.ts";
import { templateType } from "./application-type.ts";
import { decodeStruct } from "./decode.ts";
import { mayChangeParams } from "./mutation.ts";
import { originText } from "./origin.ts";
import { compilePatch, type Patcher } from "./patch.ts";
import { type Plan, planStruct } from "./template-plan.ts";

type Fields = { readonly [key: string]: unknown };

const applicationKind = { apiVersion: "argoproj.io/v1alpha1", kind: "Application" } as const;
const resourcesFinalizer = "resources-finalizer.argocd.argoproj.io";
const noTexts: readonly CompiledText[] = [];

/** What the rows of a whole set are rendered with. */
export interface RenderSettings {
  readonly engine: TemplateEngine;
  /** `spec.goTemplateOptions`. */
  readonly options: readonly string[];
  readonly limits: Limits;
  /** The set's namespace, which every Application gets. */
  readonly namespace: string;
  /** No finalizer is added to Applications that have none. */
  readonly preservesResources: boolean;
  readonly templatePatch: string | undefined;
}

/** The template of one generator: what it holds, and which field of the ApplicationSet a path in it is. */
export interface TemplateSource {
  readonly template: Fields;
  fieldOf(path: string): string;
}

/** Renders rows with one template, which is compiled for the first row. */
export interface RowRenderer {
  /** Throws a RenderError that names the row, the field, and line and column where they are known. */
  render(row: Row): Application;
  /** Whether a row used a function whose result differs from call to call. */
  isNonDeterministic(): boolean;
}

export function rowRenderer(source: TemplateSource, settings: RenderSettings): RowRenderer {
  let compiled: CompiledTemplate | undefined;
  let nonDeterministic = false;
  return {
    isNonDeterministic: () => nonDeterministic,
    render(row) {
      const run = newRowRun(settings.limits);
      try {
        compiled ??= compileTemplate(source, settings);
        return compiled(row.params, run);
      } catch (error: unknown) {
        throw error instanceof FleetError ? inRow(error, row) : error;
      } finally {
        nonDeterministic ||= run.nonDeterministic;
      }
    },
  };
}

type CompiledTemplate = (params: Params, run: RowRun) => Application;

function compileTemplate(source: TemplateSource, settings: RenderSettings): CompiledTemplate {
  const { namespace, templatePatch } = settings;
  const plan = lazily(() => planTemplate(source, settings));
  const patch = lazily(() => patcherOf(settings));
  const mutates = changesParams(source.template, settings);
  const bare = lazily(() => decodeStruct(source.template, templateType));
  return (shared, run) => {
    const params = mutates ? copyValue(shared) : shared;
    // Argo CD gives a row without parameters the template as it is written.
    const parts = Object.keys(params).length === 0 ? bare() : plan()(params, run);
    const application = assemble(parts, namespace);
    if (templatePatch === undefined) return application as unknown as Application;
    const patched = patch()(application, params, run);
    return (patched === application ? application : assemble(patched, namespace)) as unknown as Application;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Compiles the template as its first row needs it: one that no row uses may be wrong without harm. */
function planTemplate(source: TemplateSource, settings: RenderSettings): (params: Params, run: RowRun) => Fields {
  const compile = (text: string, path: string): CompiledText =>
    settings.engine.compile(text, source.fieldOf(path), settings);
  const metadata = (source.template.metadata ?? {}) as Fields;
  // What becomes of the template's namespace is not used, but a text in it that does not render is an error all the same.
  const namespace = metadata.namespace;
  const unused = typeof namespace === "string" ? [compile(namespace, "metadata.namespace")] : noTexts;
  const rendered = unused.filter((text) => !text.constant);
  const template = { ...source.template, metadata: withFinalizer(metadata, settings) };
  const plan: Plan = planStruct(template, templateType, "", compile);
  return (params, run) => {
    for (const text of rendered) text.render(params, run);
    return (plan.isConstant ? plan.value : plan.render(params, run)) as Fields;
  };
}

/** The finalizer does not depend on the row: rendering changes a list's items and never how many there are. */
function withFinalizer(metadata: Fields, { namespace, preservesResources }: RenderSettings): Fields {
  const given = (metadata.finalizers ?? []) as readonly unknown[];
  const finalizers = given.length > 0 || preservesResources ? given : [resourcesFinalizer];
  return { ...metadata, namespace, finalizers };
}

/** `apiVersion` and `kind` in front, the set's namespace in place of any other, nothing else changed. */
function assemble(parts: Fields, namespace: string): Fields {
  const application = newRecord<unknown>();
  application.apiVersion = applicationKind.apiVersion;
  application.kind = applicationKind.kind;
  const metadata = parts.metadata as Fields;
  application.metadata = metadata.namespace === (namespace || undefined) ? metadata : moved(metadata, namespace);
  application.spec = parts.spec;
  if (parts.operation !== undefined) application.operation = parts.operation;
  return application;
}

function moved(metadata: Fields, namespace: string): Fields {
  const copy: { [key: string]: unknown } = Object.assign(newRecord<unknown>(), metadata);
  if (namespace === "") Reflect.deleteProperty(copy, "namespace");
  else copy.namespace = namespace;
  return copy;
}

function patcherOf(settings: RenderSettings): Patcher {
  const text = settings.templatePatch ?? "";
  return compilePatch(settings.engine.compile(text, "spec.templatePatch", settings));
}

function changesParams(template: Fields, { engine, templatePatch }: RenderSettings): boolean {
  if (engine.name !== "go") return false;
  const texts = JSON.stringify(template, (_key, value) => (typeof value === "bigint" ? 0 : value));
  return mayChangeParams(`${templatePatch ?? ""}\n${texts}`);
}

function inRow(error: FleetError, row: Row): RenderError {
  const from = originText(row.origin);
  const details: ErrorDetails = { ...error.details, row: row.key };
  return new RenderError(`${error.message}${from === "" ? "" : ` (row of ${from})`}`, { details, cause: error });
}
