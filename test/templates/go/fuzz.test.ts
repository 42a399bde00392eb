import { describe, expect, it } from "vitest";
import { FleetError } from "../../../src/base/errors.ts";
import type { Params } from "../../../src/base/values.ts";
import { defaultLimits, newRowRun, TemplateError } from "../../../templates/engine.ts";
import { functions } from "../../../templates/functions/registry.ts";
import { builtins } from "../../../templates/go/builtins.ts";
import { goEngine } from "../../../templates/go/engine.ts";
import { expressionGroups } from "../../support/expressions.ts";
import { fc } from "../../support/properties.ts";

/** Slow by purpose: they make keys and hash passwords. */
const slow = /^(gen|bcrypt|htpasswd|derivePassword|buildCustom)/;
const names = Object.keys({ ...builtins, ...functions }).filter((name) => !slow.test(name));
const texts = expressionGroups()
  .flatMap(({ cases }) => cases.map(({ T }) => T))
  .filter((text) => text.length < 400);
const isSlow = (text: string) => /gen[A-Z]|bcrypt|htpasswd|derivePassword|buildCustom/.test(text);

const hostileNames = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "globalThis",
  "process",
  "require",
  "this",
];
const field = fc
  .array(fc.constantFrom("a", "b", "list", "text", "labels", "nul", "zz", ...hostileNames), {
    minLength: 1,
    maxLength: 3,
  })
  .map((path) => `.${path.join(".")}`);
const literal = fc.oneof(
  fc.constantFrom(
    "nil",
    "true",
    "false",
    ".",
    "$",
    "1",
    "-1",
    "0",
    "3.5",
    "1e6",
    "'c'",
    "1i",
    "0x1F",
    "``",
    '"%v %d"',
    '"a,b"',
  ),
  fc.integer({ min: -5, max: 50 }).map(String),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text).replaceAll(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, "")),
);

const { pipeline } = fc.letrec<{ operand: string; call: string; pipeline: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small" },
    literal,
    field,
    tie("pipeline").map((inner) => `(${inner})`),
  ),
  call: fc
    .tuple(fc.constantFrom(...names, ...hostileNames.slice(0, 3)), fc.array(tie("operand"), { maxLength: 4 }))
    .map(([name, args]) => [name, ...args].join(" ")),
  pipeline: fc
    .array(fc.oneof(tie("call"), tie("call"), tie("operand")), { minLength: 1, maxLength: 3 })
    .map((all) => all.join(" | ")),
}));

const statement = fc.oneof(
  pipeline.map((value) => `{{ ${value} }}`),
  fc
    .tuple(fc.constantFrom("if", "with", "range"), pipeline, pipeline)
    .map(([kind, on, inner]) => `{{ ${kind} ${on} }}{{ ${inner} }}{{ . }}{{ end }}`),
  pipeline.map((value) => `{{ $x := ${value} }}{{ $x }}{{ $x.a }}`),
  pipeline.map((value) => `{{ define "t" }}{{ . }}{{ end }}{{ template "t" ${value} }}`),
);

/** Golden texts with pieces taken out, doubled or put elsewhere. */
const broken = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat(),
    fc.constantFrom("", "{{", "}}", "(", "|", "$", '"', "`", "-", "\\", "end", "/*"),
  )
  .map(
    ([one, other, from, to, piece]) =>
      one.slice(0, from % (one.length + 1)) + piece + other.slice(to % (other.length + 1)),
  );

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.string({ maxLength: 12, unit: "binary" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "zz", "é", "x.y", ...hostileNames), tie("value"), {
      maxKeys: 4,
      noNullPrototype: false,
    }),
  ),
})).value;
const params = fc.record({
  a: value,
  b: value,
  list: fc.array(value, { maxLength: 5 }),
  text: fc.string({ maxLength: 20 }),
  labels: value,
  nul: fc.constant(null),
});
const options = fc.constantFrom<readonly string[]>([], ["missingkey=error"], ["missingkey=zero"]);

const limits = { ...defaultLimits, maxMillis: 500, maxSteps: 100_000, maxOutputBytes: 1 << 20 };

/** What a text gives; anything but a string or a FleetError is a fault of ours. */
function attempt(text: string, data: unknown, chosen: readonly string[]): unknown {
  try {
    return goEngine.compile(text, "spec.template", { options: chosen }).render(data as Params, newRowRun(limits));
  } catch (error) {
    return error;
  }
}

const numRuns = 1_500;

describe("the engine on texts and data put together by chance", () => {
  it.each([
    ["expressions of every function", statement],
    ["broken golden texts", broken.filter((text) => !isSlow(text))],
    [
      "noise",
      fc
        .array(
          fc.constantFrom(
            "{{",
            "}}",
            " ",
            ".a",
            "if",
            "end",
            "range",
            "1",
            '"',
            "(",
            ")",
            "|",
            ":=",
            "$x",
            "x",
            "\n",
            "-",
          ),
        )
        .map((all) => all.join("")),
    ],
  ])("gives a string or a FleetError: %s", (_name, template) => {
    fc.assert(
      fc.property(template, params, options, (text, data, chosen) => {
        const started = process.cpuUsage();
        const result = attempt(text, data, chosen);
        expect(process.cpuUsage(started).user / 1e6).toBeLessThan(2);
        if (typeof result === "string") return;
        expect(result).toBeInstanceOf(TemplateError);
        expect(result).toBeInstanceOf(FleetError);
        // A TypeError under it would be a slip of the engine, not of the template.
        expect((result as TemplateError).cause).not.toBeInstanceOf(TypeError);
      }),
      { numRuns, seed: 20_260_730 },
    );
  });

  it("never reaches a prototype, a function or a global of the host", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...hostileNames),
        fc.constantFrom("", ".a", ".list", ".text", ".labels"),
        (name, base) => {
          const data = { a: {}, list: [1], text: "x", labels: { b: {} } };
          const result = attempt(`{{ ${base}.${name} }}`, data, []);
          if (typeof result === "string") expect(result).toBe("<no value>");
          const indexed = attempt(`{{ $x := ${base || "."} }}{{ index $x "${name}" }}`, data, []);
          expect(String(indexed)).not.toMatch(/\[native|\[object|=>/);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("leaves the prototypes of the host as they are", () => {
    const before = [Object.prototype, Array.prototype, Function.prototype].map(
      (all) => Object.getOwnPropertyNames(all).length,
    );
    attempt(
      '{{ $_ := set . "__proto__" (dict "polluted" 1) }}{{ $_ := set (fromJson "{\\"__proto__\\":{\\"polluted\\":1}}") "constructor" 2 }}',
      { a: {} },
      [],
    );
    attempt(
      '{{ merge (dict) (fromJson "{\\"__proto__\\":{\\"polluted\\":1}}") | toJson }}{{ fromYaml "__proto__: {polluted: 1}" | deepCopy }}',
      {},
      [],
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(
      [Object.prototype, Array.prototype, Function.prototype].map((all) => Object.getOwnPropertyNames(all).length),
    ).toEqual(before);
  });
});
