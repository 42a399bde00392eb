import type { Application } from "../../crds/application.ts";
import type { ApplicationSet, GeneratorEntry } from "../../crds/application-set.ts";
import { combineReadings, worse } from "../../generators/expansion.ts";
import type { Completeness, Expansion, Gap, Row } from "../../generators/generator.ts";
import { defaultGeneratorLimits, type GeneratorLimits } from "../../generators/limits.ts";
import type { Ports } from "../../generators/ports.ts";
import { defaultLimits, type EngineName, type Limits, type TemplateEngine } from "../../templates/engine.ts";
import { loadEngine } from "../../templates/registry.ts";
import { GenerationError } from "../base/errors.ts";
import { type ExpandSettings, expandEntry, type GeneratorRows } from "./expand.ts";
import { fleetEntries, fleetEntryPath } from "./fleet-generators.ts";
import { interpolator } from "./interpolate.ts";
import { type RenderSettings, rowRenderer } from "./render.ts";
import { templateSource } from "./template-source.ts";
import { checkNames, type InvalidApplication, nameWarning } from "./validate.ts";

export interface GenerateOptions {
  readonly newGitFileGlobbing?: boolean | undefined;
  readonly generatorLimits?: GeneratorLimits | undefined;
  /** What one row may cost to render. */
  readonly limits?: Limits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One Application with the row that it was made from. */
export interface GeneratedApplication {
  readonly application: Application;
  readonly row: Row;
}

/** Something that is accepted and likely a mistake; `field` is a path in the ApplicationSet. */
export interface Warning {
  readonly message: string;
  readonly field?: string;
}

/** Everything that a set generates, before anything is compared with live objects. */
export interface Generation {
  /** In the order of generation, those that are invalid included. Applications share parts: none may be changed. */
  readonly applications: readonly GeneratedApplication[];
  readonly expansion: Expansion;
  readonly invalid: readonly InvalidApplication[];
  readonly warnings: readonly Warning[];
  /** A template function was called whose result differs from call to call. */
  readonly nonDeterministic: boolean;
}

type Fields = { readonly [key: string]: unknown };

// Rendering gives way to other work now and then: a large set takes seconds.
const rowsBetweenPauses = 2_000;

/** The engine that a set asks for. */
export function engineOf({ spec }: ApplicationSet): EngineName {
  return spec.fleet?.engine ?? (spec.goTemplate === true ? "go" : "flat");
}

/**
 * Expands a set's generators and renders its template: the Applications that it stands for. `set` has passed the schema
 * and has its `spec.fleet` in place. Throws a GenerationError or a RenderError, the first in the order of the generators;
 * with `fleet.partial: proceed` a generator that fails is a gap, and the rows of the others are still there.
 */
export async function generate(set: ApplicationSet, ports: Ports, options: GenerateOptions = {}): Promise<Generation> {
  const engine = await loadEngine(engineOf(set));
  const run = new GenerationRun(set, expandSettings(set, ports, engine, options), renderSettings(set, engine, options));
  for (const [index, entry] of set.spec.generators.entries()) await run.addEntry(entry, `spec.generators[${index}]`);
  await run.addFleetEntries();
  return run.result();
}

class GenerationRun {
  readonly #set: ApplicationSet;
  readonly #expand: ExpandSettings;
  readonly #render: RenderSettings;
  readonly #applications: GeneratedApplication[] = [];
  readonly #expansions: Expansion[] = [];
  readonly #gaps: Gap[] = [];
  readonly #warnings = new Map<string, Warning>();
  #nonDeterministic = false;

  constructor(set: ApplicationSet, expand: ExpandSettings, render: RenderSettings) {
    this.#set = set;
    this.#render = render;
    this.#expand = { ...expand, warn: (message, field) => this.#warn({ message, field }) };
  }

  /** A spec that is wrong is no gap: nothing but a person can close it. */
  async addFleetEntries(): Promise<void> {
    for (const [index, entry] of fleetEntries(this.#set, this.#expand.limits).entries()) {
      await this.addEntry(entry, fleetEntryPath(index), true);
    }
  }

  /** All generators of an entry are expanded before a row of one is rendered: which error comes first is Argo CD's. */
  async addEntry(entry: GeneratorEntry, at: string, extended = false): Promise<void> {
    const expanded: GeneratorRows[] = [];
    await this.#orGap(at, async () => {
      for await (const rows of expandEntry(entry, at, { ...this.#expand, extended })) expanded.push(rows);
    });
    await this.#orGap(at, async () => {
      for (const rows of expanded) await this.#addRows(rows);
    });
  }

  async #orGap(at: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error: unknown) {
      if (!(error instanceof GenerationError) || this.#set.spec.fleet?.partial !== "proceed") throw error;
      const { reason, message, retryable, details } = error;
      const after = details.retryAfterSeconds;
      const retryAfter = typeof after === "number" ? { retryAfterSeconds: after } : {};
      this.#gaps.push({ at: details.field ?? at, reason, message, retryable, ...retryAfter });
    }
  }

  async #addRows({ at, spec, expansion }: GeneratorRows): Promise<void> {
    this.#expansions.push(expansion);
    this.#checkCount(this.#applications.length + expansion.rows.length);
    const source = templateSource(this.#set.spec.template as Fields, spec.template as Fields | undefined, at);
    const renderer = rowRenderer(source, this.#render);
    for (const [index, row] of expansion.rows.entries()) {
      this.#applications.push({ application: renderer.render(row), row });
      if ((index + 1) % rowsBetweenPauses === 0) await pause(this.#expand.signal);
    }
    this.#nonDeterministic ||= renderer.isNonDeterministic();
  }

  #checkCount(count: number): void {
    const max = this.#set.spec.fleet?.limits?.maxApplications;
    if (max === undefined || count <= max) return;
    const field = "spec.fleet.limits.maxApplications";
    throw new GenerationError(`the set generates ${count} Applications or more where ${field} allows ${max}`, {
      details: { field, remedy: "raise the limit or select fewer rows" },
    });
  }

  #warn(warning: Warning): void {
    this.#warnings.set(`${warning.field}\n${warning.message}`, warning);
  }

  result(): Generation {
    const applications = this.#applications.map(({ application }) => application);
    const names = nameWarning(applications);
    if (names !== undefined) this.#warn({ message: names, field: "spec.template.metadata.name" });
    return {
      applications: this.#applications,
      expansion: this.#expansion(),
      invalid: checkNames(applications, this.#set.metadata.name),
      warnings: [...this.#warnings.values()],
      nonDeterministic: this.#nonDeterministic || this.#expand.interpolator.isNonDeterministic(),
    };
  }

  #expansion(): Expansion {
    const read = combineReadings(this.#expansions);
    const failed: Completeness = this.#expansions.length === 0 ? "failed" : "partial";
    return {
      rows: this.#applications.map(({ row }) => row),
      completeness: this.#gaps.length === 0 ? read.completeness : worse(read.completeness, failed),
      gaps: [...read.gaps, ...this.#gaps],
      inputs: read.inputs,
    };
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

function expandSettings(
  set: ApplicationSet,
  ports: Ports,
  engine: TemplateEngine,
  options: GenerateOptions,
): ExpandSettings {
  const limits = options.limits ?? defaultLimits;
  return {
    set,
    ports,
    interpolator: interpolator({ engine, options: set.spec.goTemplateOptions ?? [], limits }),
    limits: options.generatorLimits ?? defaultGeneratorLimits,
    nested: engine.name !== "flat",
    newGitFileGlobbing: options.newGitFileGlobbing ?? false,
    extended: false,
    signal: options.signal,
    warn: () => undefined,
  };
}

function renderSettings(set: ApplicationSet, engine: TemplateEngine, options: GenerateOptions): RenderSettings {
  return {
    engine,
    options: set.spec.goTemplateOptions ?? [],
    limits: options.limits ?? defaultLimits,
    namespace: set.metadata.namespace ?? "",
    preservesResources: set.spec.syncPolicy?.preserveResourcesOnDeletion === true,
    templatePatch: set.spec.templatePatch,
  };
}
