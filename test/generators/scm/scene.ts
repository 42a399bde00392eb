import { expect } from "vitest";
import type { GenerationError } from "../../../src/base/errors.ts";
import { ApiDescription } from "../../support/openapi.ts";
import { Generations, type Outcome, type Surroundings } from "./run.ts";
import { type Loopback, loopback } from "./servers/loopback.ts";
import { token, type VendorFixture } from "./servers/vendors.ts";
import { makeRepository, makeWorld, shaOf, type World } from "./servers/world.ts";

const scenes: Scene[] = [];
const open: { close(): Promise<void> }[] = [];

/** Ends what the scenes of a test have opened, and holds what was asked and answered to the vendors' own descriptions. */
export async function closeScenes(): Promise<void> {
  const problems = scenes.splice(0).flatMap(({ fixture, server }) => problemsOf(fixture, server));
  await Promise.all(open.splice(0).map((one) => one.close()));
  expect([...new Set(problems)]).toEqual([]);
}

const descriptions = new Map<string, ApiDescription>();

/** What the vendor's description of its API does not have of what its server was asked and answered. */
export function problemsOf(
  { description: name }: Pick<VendorFixture, "description">,
  server: Loopback,
): readonly string[] {
  const description = descriptions.get(name) ?? ApiDescription.of(name);
  descriptions.set(name, description);
  return server.answered.flatMap(({ asked, status, body }) =>
    description.problemsOf({
      ...{ method: asked.method, path: asked.url.pathname, query: [...asked.query.keys()], status, body },
      target: asked.headers["x-amz-target"],
    }),
  );
}

/** The repositories of most scenes, in their order. */
export const names = ["api", "billing", "cart", "docs", "edge"];
export const five = names.map((name, index) =>
  makeRepository(name, 101 + index, {
    labels: index % 2 === 0 ? ["deploy", "team=a"] : ["team=b"],
    branches: {
      main: { sha: shaOf(`${name} main`), paths: ["README.md", ...(index < 2 ? ["deploy/prod/app.yaml"] : [])] },
      "feature/x": { sha: shaOf(`${name} x`), paths: ["README.md"] },
    },
  }),
);

/** One vendor's server, and generations that ask it. */
export class Scene {
  readonly fixture: VendorFixture;
  readonly server: Loopback;
  readonly generations = new Generations();

  constructor(fixture: VendorFixture, server: Loopback) {
    this.fixture = fixture;
    this.server = server;
    scenes.push(this);
    open.push(server, this.generations);
  }

  static async of(fixture: VendorFixture, world: Partial<World> = {}): Promise<Scene> {
    const whole = makeWorld(world.repositories ?? five, { login: fixture.login, ...world });
    return new Scene(fixture, await loopback(fixture.serve(whole)));
  }

  entry(block: object = {}, more: object = {}): unknown {
    const { fixture, server } = this;
    return [{ scmProvider: { [fixture.key]: { ...fixture.block(server.url), ...block }, ...more } }];
  }

  surroundings(scm: Surroundings["scm"] = {}): Surroundings {
    const settings = { ...this.fixture.settings?.(this.server.url), ...scm };
    return { secrets: { scm: { token: `${token}\n` } }, scm: settings };
  }

  run(block: object = {}, more: object = {}, scm: Surroundings["scm"] = {}): Promise<Outcome> {
    return this.generations.run(this.entry(block, more), this.surroundings(scm));
  }

  failure(block: object = {}, more: object = {}, scm: Surroundings["scm"] = {}): Promise<GenerationError> {
    return this.generations.failure(this.entry(block, more), this.surroundings(scm));
  }

  /** How often the repositories were listed. */
  get listings(): number {
    return this.server.asked.filter((asked) => this.fixture.isListing(asked)).length;
  }
}
