import type { Expansion } from "../../../generators/generator.ts";
import type { KubeObject } from "../../../generators/ports.ts";
import type { ScmSettings } from "../../../generators/scm/settings.ts";
import type { Clock } from "../../../src/base/clock.ts";
import { GenerationError } from "../../../src/base/errors.ts";
import { HttpClient } from "../../../src/inputs/http.ts";
import { HttpCache } from "../../../src/inputs/http-cache.ts";
import { generate, type Warning } from "../../../src/render/generate.ts";
import { makeSet } from "../../support/make.ts";
import { fakePorts } from "../../support/ports.ts";

/** A clock on which every wait is over at once; `waits` holds how long each was meant to be. */
export class EagerClock implements Clock {
  readonly waits: number[] = [];
  #nowMs: number;

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void) {
    this.waits.push(delayMs);
    this.#nowMs += delayMs;
    const timer = setImmediate(run);
    return { cancel: () => clearImmediate(timer) };
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

/** What a generation sees besides the provider. */
export interface Surroundings {
  readonly secrets?: { readonly [name: string]: { readonly [key: string]: string } };
  readonly configMaps?: { readonly [name: string]: { readonly [key: string]: string } };
  readonly objects?: readonly KubeObject[];
  readonly scm?: ScmSettings;
}

export interface Outcome extends Expansion {
  readonly warnings: readonly Warning[];
  /** The parameters of each row, as plain maps. */
  readonly params: readonly { readonly [key: string]: unknown }[];
}

const noSettings: ScmSettings = {};

/** Generations over real HTTP, with one cache and one clock for all of them. */
export class Generations {
  readonly clock = new EagerClock();
  readonly #all = new Map<ScmSettings, ScmSettings>();
  readonly #http = new HttpClient();
  readonly #cache = new HttpCache(this.#http, { clock: this.clock });

  /** The rows of generators; those of the flat engine with `flat`. */
  async run(generators: unknown, surroundings: Surroundings = {}, spec: object = {}): Promise<Outcome> {
    const ports = { ...fakePorts({ ...surroundings, http: this.#cache.port() }), scm: this.#settings(surroundings) };
    const set = makeSet({ generators, goTemplate: true, ...spec });
    const { expansion, warnings } = await generate(set, ports);
    return { ...expansion, warnings, params: expansion.rows.map((row) => ({ ...row.params })) };
  }

  /** The same object for the same settings, as a controller has one for all of its generations. */
  #settings({ scm = noSettings }: Surroundings): ScmSettings {
    const settings = this.#all.get(scm) ?? { clock: this.clock, random: () => 0.5, ...scm };
    this.#all.set(scm, settings);
    return settings;
  }

  async failure(...args: Parameters<Generations["run"]>): Promise<GenerationError> {
    const error: unknown = await this.run(...args).catch((caught: unknown) => caught);
    if (error instanceof GenerationError) return error;
    throw new Error(`no GenerationError but ${String(error)}`, { cause: error });
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
