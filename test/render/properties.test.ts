import { describe, expect, it } from "vitest";
import type { ClusterFacts } from "../../generators/ports.ts";
import { FleetError } from "../../src/base/errors.ts";
import { copyValue, type Value } from "../../src/base/values.ts";
import { type Generation, generate } from "../../src/render/generate.ts";
import { makeSet } from "../support/make.ts";
import { fakePorts, makeCluster } from "../support/ports.ts";
import { fc } from "../support/properties.ts";

const runs = { numRuns: 60 };

const hostileKey = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "values",
  "path",
  "metadata",
  "",
);
const key = fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 1, arbitrary: hostileKey });
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("{{name}}", "{{", "}}", "{{ .a }}", "{{#if x}}", "\u0000", "\ud800", "🚀"),
);

/** Own keys whatever they are called: an object literal would set a prototype. */
function record(entries: Iterable<readonly [string, Value]>): Value {
  const map = Object.create(null) as { [key: string]: Value };
  for (const [name, value] of entries) map[name] = value;
  return map;
}

const flatElement = fc
  .array(
    fc.tuple(
      key.filter((name) => name !== "values"),
      text,
    ),
    { maxLength: 5 },
  )
  .map(record);
const { value: nested } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map(record),
  ),
}));
const nestedElement = fc.array(fc.tuple(key, nested), { maxLength: 5 }).map(record);

const engines = [
  { name: "flat", spec: {}, element: flatElement },
  { name: "go", spec: { goTemplate: true }, element: nestedElement },
  { name: "handlebars", spec: { fleet: { engine: "handlebars" } }, element: nestedElement },
] as const;

const template = {
  metadata: {
    name: "{{name}}",
    labels: { "{{a}}": "{{b}}" },
    annotations: { x: "{{__proto__}}", y: "{{constructor.name}}" },
  },
  spec: {
    project: "default",
    destination: {},
    source: { repoURL: "r", helm: { valuesObject: { "{{a}}": ["{{b}}"] } } },
  },
};

async function outcome(spec: object, ports = fakePorts()): Promise<Generation | FleetError> {
  try {
    return await generate(makeSet(spec), ports);
  } catch (error: unknown) {
    if (error instanceof FleetError) return error;
    throw error;
  }
}

function isClean(): boolean {
  const empty = {} as { [key: string]: unknown };
  return Object.keys(Object.prototype).length === 0 && empty.polluted === undefined && empty.name === undefined;
}

describe.each(engines)("any parameters, $name engine", ({ spec, element }) => {
  it("are data: they give Applications or a FleetError, and pollute nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 4 }), async (elements) => {
        const before = copyValue(elements);
        const result = await outcome({ ...spec, generators: [{ list: { elements } }], template });
        expect(isClean()).toBe(true);
        expect(elements).toEqual(before);
        if (!(result instanceof FleetError)) expect(result.applications).toHaveLength(elements.length);
      }),
      runs,
    );
  });

  it("combine in a matrix and a merge to the same result each time", async () => {
    const generators = (a: readonly Value[], b: readonly Value[]) => [
      { matrix: { generators: [{ list: { elements: a } }, { list: { elements: b } }] } },
      {
        merge: {
          mergeKeys: ["name"],
          generators: [{ list: { elements: a.slice(0, 1) } }, { list: { elements: b.slice(0, 1) } }],
        },
      },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 3 }), fc.array(element, { maxLength: 3 }), async (a, b) => {
        const constant = { ...template, metadata: { name: "x" }, spec: { project: "default", destination: {} } };
        const given = { ...spec, generators: generators(a, b), template: constant };
        const [first, second] = [await outcome(given), await outcome(given)];
        expect(isClean()).toBe(true);
        expect(shown(second)).toBe(shown(first));
      }),
      runs,
    );
  });
});

function shown(result: Generation | FleetError): string {
  if (result instanceof FleetError) return result.message;
  return JSON.stringify([result.applications, result.expansion.inputs, result.invalid], (_key, value) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

describe("order", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/), { maxLength: 8 });

  it("does not depend on the order in which the world is read", async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), async (clusters, seed) => {
        const facts = clusters.map((name) => makeCluster(name, { env: name.length > 3 ? "long" : "short" }));
        const spec = {
          generators: [
            { clusters: {} },
            {
              merge: {
                mergeKeys: ["server"],
                generators: [{ clusters: {} }, { clusters: { selector: { matchLabels: { env: "long" } } } }],
              },
            },
          ],
          template: {
            metadata: { name: "{{name}}" },
            spec: { project: "default", destination: { server: "{{server}}" } },
          },
        };
        const [straight, shuffled] = [
          await outcome(spec, fakePorts({ clusters: facts })),
          await outcome(spec, fakePorts({ clusters: shuffle(facts, seed) })),
        ];
        expect(shown(shuffled)).toBe(shown(straight));
      }),
      runs,
    );
  });
});

function shuffle(items: readonly ClusterFacts[], seed: number): ClusterFacts[] {
  const rest = [...items];
  const shuffled: ClusterFacts[] = [];
  for (let state = seed; rest.length > 0; state = (state * 7 + 3) % 1009)
    shuffled.push(...rest.splice(state % rest.length, 1));
  return shuffled;
}

describe("size", () => {
  it.each(engines)("refuses a row that prints too much: $name", async ({ spec, name }) => {
    const tag = name === "go" ? "{{ .big }}" : "{{big}}";
    const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`l${index}`, tag]));
    const generators = [{ list: { elements: [{ big: "x".repeat(1 << 20) }] } }];
    const result = await outcome({
      ...spec,
      generators,
      template: { ...template, metadata: { name: "x", labels }, spec: { project: "default", destination: {} } },
    });
    expect(result).toBeInstanceOf(FleetError);
    expect((result as FleetError).reason).toBe("RenderTemplateParamsError");
  });

  it.each(["go", "handlebars"])("refuses parameters nested without end: %s", async (engine) => {
    let deep: Value = "x";
    for (let depth = 0; depth < 5_000; depth++) deep = { deep };
    const result = await outcome({ fleet: { engine }, generators: [{ list: { elements: [deep] } }], template });
    expect((result as FleetError).message).toContain("nested deeper than 100 levels");
  });
});
