import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidError } from "../../src/base/errors.ts";
import { formatJson, parseJson } from "../../src/base/json.ts";
import type { Value } from "../../src/base/values.ts";
import { formatYaml, parseYaml, parseYamlDocuments } from "../../src/base/yaml.ts";
import { fc } from "../support/properties.ts";

interface YamlCase {
  readonly in: string;
  readonly json?: Value;
  readonly yaml?: string;
  readonly err?: string;
}

const vectors = new URL("../vectors/yaml/cases.json", import.meta.url);
const cases = parseJson(readFileSync(vectors, "utf8")) as unknown as readonly YamlCase[];
// JSON text has one zero, while -0.0 is a number of its own in YAML and Go.
const plain = (value: unknown): unknown => parseJson(formatJson(value));

describe("the vectors of Kubernetes' YAML", () => {
  it.each(cases.filter((given) => given.err === undefined).map((given) => [given.in, given] as const))(
    "%j",
    (_, given) => {
      const value = parseYaml(given.in);
      expect(plain(value)).toEqual(given.json);
      expect(formatYaml(value)).toBe(given.yaml);
    },
  );

  it.each(cases.filter((given) => given.err !== undefined).map((given) => [given.in]))("%j is refused", (text) => {
    expect(() => parseYaml(text, { file: "case.yaml" })).toThrow(/^case\.yaml, line \d+, column \d+: not valid YAML: /);
  });
});

describe("parseYaml", () => {
  it.each([
    ["a block at the end of a file without a line break", "a: |\n  x", { a: "x" }],
    ["an escaped apostrophe", 'a: "it\\\'s"', { a: "it's" }],
    ["a merge that later keys override", "<<: {a: 1, b: 2}\na: 3", { a: 3, b: 2 }],
    ["a list of merges, the first wins", "<<: [{a: 1}, {a: 2, b: 2}]", { a: 1, b: 2 }],
    ["a float key", "1.5: x\n1e3: z", { "1.5": "x", "1000": "z" }],
    ["an empty first document", "---\n---\na: 1", null],
    ["text after the first document that is no YAML", "a: 1\n---\n{{{", { a: 1 }],
    ["integers that no double holds", "a: 9007199254740993", { a: 9007199254740993n }],
    ["an alias, copied", "a: &x [1]\nb: *x", { a: [1], b: [1] }],
    [
      "brackets that close below their key",
      "a:\n  b: [\n    x,\n    it's # [\n  ]\n  c: {\n}\n",
      { a: { b: ["x", "it's"], c: {} } },
    ],
    [
      "quoted text that goes on below its key",
      "a:\n  - b: 'x\n  y'\n    c: \"d\n\n  e\"\n",
      { a: [{ b: "x y", c: "d\ne" }] },
    ],
    [
      "such brackets beside what only looks like them",
      "a: |\n  [\nb: x\n  ' {\nc: don't # {\nd: {\n\te: 'f''\n'\n  }\n",
      { a: "[\n", b: "x ' {", c: "don't", d: { e: "f' " } },
    ],
    ["white space that YAML takes for text", "\u3000", "\u3000"],
  ] as const)("reads %s", (_, text, value) => {
    expect(parseYaml(text)).toEqual(value);
  });

  it("counts lines and columns of the text as it was written", () => {
    const text = 'a: 1\nb: {\nx: "it\\\'s", y: [\n1,\nz: 2\n]\n}\n';
    const [document] = parseYamlDocuments(text);
    expect(document?.locate("b.y[1]")).toEqual({ line: 5, column: 1 });
    expect(document?.locate("b.y")).toEqual({ line: 3, column: 13 });
    expect(() => parseYaml("a: [\n1,\n{]\n")).toThrow("line 3, column 2");
  });

  it("shares no objects between aliases", () => {
    const value = parseYaml("a: &x {b: 1}\nc: *x") as { a: object; c: object };
    expect(value.a).not.toBe(value.c);
  });

  it("keeps __proto__ an own key", () => {
    const value = parseYaml("__proto__: {polluted: 1}\n<<: {__proto__: {polluted: 2}}") as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  it("names file, line, column and a remedy", () => {
    const attempt = (): unknown => parseYaml("kind: X\nspec:\n  a: {{ .x }}\n", { file: "set.yaml" });
    expect(attempt).toThrow(InvalidError);
    try {
      attempt();
    } catch (error: unknown) {
      expect((error as InvalidError).details).toMatchObject({ file: "set.yaml", line: 3, column: 7 });
      expect((error as InvalidError).details.remedy).toContain("quotes");
    }
  });

  it.each([
    ["a bomb of aliases", aliasBomb(9)],
    ["deep flow nesting", "[".repeat(100_000)],
    ["deep block nesting", "- ".repeat(100_000)],
    ["an alias of itself", "a: &a {b: [*a]}"],
    ["a merge of itself", "a: &a {<<: *a}"],
    ["another YAML version", "%YAML 1.2\n---\na: 1"],
  ])("refuses %s at once", (_, text) => {
    const startedAt = performance.now();
    expect(() => parseYaml(text)).toThrow(InvalidError);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("fails only with InvalidError", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), yamlPiece()), { maxLength: 30 }), (pieces) => {
        try {
          parseYaml(pieces.join(""));
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(InvalidError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseYamlDocuments", () => {
  const text =
    "# head\n---\nkind: A\nspec:\n  list:\n  - git:\n      url: x\n  - k8s.io/a: 1\n---\n# none\n---\nkind: B\n";

  it("gives each document with its line", () => {
    const documents = parseYamlDocuments(text);
    expect(documents.map(({ value, line }) => [(value as { kind: string }).kind, line])).toEqual([
      ["A", 3],
      ["B", 12],
    ]);
  });

  it.each([
    ["spec.list[0].git", 6, 5],
    ["spec.list[0].git.url", 7, 7],
    ["spec.list[1][k8s.io/a]", 8, 5],
    ["spec.list[1].k8s.io/a", 8, 5],
    ["spec.template.name", 4, 1],
    ["spec.list[7].git", 5, 3],
    ["nothing", 3, 1],
  ])("locates %s", (path, line, column) => {
    expect(parseYamlDocuments(text)[0]?.locate(path)).toEqual({ line, column });
  });

  it("counts lines of the file in an error of a later document", () => {
    expect(() => parseYamlDocuments("a: 1\n---\nb: [\n", { file: "f" })).toThrow(
      /^f, line 4, column 1: not valid YAML/,
    );
  });

  it.each([
    ["", 0],
    ["---\n", 0],
    ["a: 1\n...\n---\nb: 2", 2],
    ["--- {a: 1}\n---\n# c\n", 1],
    ["a: |\n  x\n  ---\n", 1],
  ])("%j holds %i documents", (source, count) => {
    expect(parseYamlDocuments(source)).toHaveLength(count);
  });
});

describe("formatYaml", () => {
  it.each([
    [
      "keys in natural order",
      { a10: 1, a2: 2, _: 3, "10": 4, "9": 5, B: 6 },
      '_: 3\n"9": 5\n"10": 4\nB: 6\na2: 2\na10: 1\n',
    ],
    ["lists without indentation", { a: [{ b: [1, [2]] }] }, "a:\n- b:\n  - 1\n  - - 2\n"],
    ["words of YAML 1.1 in quotes", { y: "on", "1e3": "0x1F" }, '"1e3": "0x1F"\n"y": "on"\n'],
    ["an emoji escaped", { a: "😀" }, 'a: "\\U0001F600"\n'],
    ["undefined left out", { a: undefined, b: [undefined] }, "b:\n- null\n"],
    ["a bigint as digits", { a: 2n ** 60n + 1n }, "a: 1152921504606846977\n"],
    [
      "a long text folded",
      { a: `${"word ".repeat(20)}end` },
      `a: ${"word ".repeat(16).trim()}\n  ${"word ".repeat(4)}end\n`,
    ],
    ["a merge key without quotes, as Go does though it reads otherwise", { "<<": 0 }, "<<: 0\n"],
    ["bytes that are no UTF-8 replaced", { a: "x\udc80" }, "a: x\ufffd\n"],
  ])("writes %s", (_, value, text) => {
    expect(formatYaml(value)).toBe(text);
  });

  it("takes no keys for others that read the same in a row", () => {
    const [first, second] = [
      { "b\na": 1, c: 2 },
      { b: 1, "a\nc": 2 },
    ];
    expect([first, second, { b: 1, a: 2, c: 3 }].map((map) => parseYaml(formatYaml(map)))).toEqual([
      first,
      second,
      { a: 2, b: 1, c: 3 },
    ]);
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [Symbol("s")]])("refuses %s", (value) => {
    expect(() => formatYaml({ a: value })).toThrow(InvalidError);
  });

  it("gives back every JSON value", () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        expect(plain(parseYaml(formatYaml(value)))).toEqual(plain(value));
      }),
      { numRuns: 1500 },
    );
  });
});

function aliasBomb(levels: number): string {
  const rows = Array.from(
    { length: levels },
    (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
  );
  return `a0: &a0 [x]\n${rows.join("\n")}\n`;
}

function yamlPiece(): fc.Arbitrary<string> {
  return fc.constantFrom(
    "a: ",
    "- ",
    "\n",
    "\n  ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "<<: ",
    "'",
    '"',
    "|",
    ">",
    "? ",
    "!!int ",
    "# ",
    "---\n",
    "\t",
  );
}

function jsonValue(): fc.Arbitrary<unknown> {
  const piece = fc.constantFrom(
    "a",
    "word",
    " ",
    "\n",
    "  ",
    ": ",
    " #",
    "'",
    '"',
    "\\",
    "- ",
    "é",
    "😀",
    "\t",
    "0",
    "{",
    "*",
    "y",
    "\u00a0",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
  );
  // U+FEFF and the line breaks of YAML 1.1 alone are read otherwise than written, in Go too.
  const readable = text.filter((written) => !/[\ufeff\x85\u2028\u2029\x7f-\x9f]/.test(written));
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      readable,
      fc.constantFrom("on", "1e3", "0o17", "2001-01-01", "12:30", "~", "<<", "", "null"),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(
        readable.filter((key) => key !== "<<"),
        tie("value"),
        { maxKeys: 4 },
      ),
    ),
  })).value;
}
