import { type Area, get, post, remove, type Step } from "../step.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const group = "patterns.example";
const path = `/apis/${group}/v1/namespaces/patterns/texts`;

const definition = (spec: object): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `texts.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural: "texts", singular: "text", kind: "Text", listKind: "TextList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: spec } } } },
      },
    ],
  },
});
const pattern = (text: string): object => ({ type: "string", pattern: text });

/** What Go's expressions do not know, and what some others know in its place. */
const refused: readonly string[] = [
  "a(?=b)",
  "a(?!b)",
  "(?<=a)b",
  "(?<!a)b",
  "(a)\\1",
  "(?>a)",
  "a**",
  "a++",
  "*a",
  "[a",
  "[b-a]",
  "(a",
  "a)",
  "a{1001}",
  "a{2,1}",
  "\\u0041",
  "\\p{Nope}",
  "[[:nope:]]",
  "\\",
  "(?P=n)",
  "\\Z",
  "(?x)a",
  "\\h",
];

/** Patterns that are taken, each with texts of which some match. */
const taken: readonly (readonly [pattern: string, ...texts: readonly string[]])[] = [
  ["^\\w+$", "abc", "\u00e9", "a_1"],
  ["^\\d+$", "12", "\u0661"],
  ["^\\s$", " ", "\u00a0"],
  ["^.$", "a", "\u{1F600}", "\n", "ab"],
  ["^\\p{L}+$", "\u00e9\u4e16", "1"],
  ["^\\pN+$", "\u0661", "a"],
  ["^\\p{Greek}+$", "\u03b1", "a"],
  ["^[[:alpha:]]+$", "abc", "\u00e9"],
  ["(?i)^abc$", "ABC", "abd"],
  ["^a$", "a\nb", "a"],
  ["(?m)^b$", "a\nb", "ab"],
  ["(?s)^a.b$", "a\nb", "ab"],
  ["^(?P<n>a)(?<m>b)$", "ab", "ba"],
  ["^\\Qa.b\\E$", "a.b", "axb"],
  ["^a\\z", "a", "a\n"],
  ["^\\x{1F600}\\x41$", "\u{1F600}A", "A"],
  ["^a{2,3}$", "aa", "aaaa"],
  ["^a{,3}$", "a{,3}", "aa"],
  ["^a{x}$", "a{x}", "a"],
  ["\\bfoo\\b", "a foo b", "afoo"],
  ["^[^a-z]+$", "ABC", "abc"],
  ["^(a+)+$", `${"a".repeat(5000)}b`, "aaa"],
  ["", "", "a"],
];

const fields = Object.fromEntries(taken.map(([text], index) => [`p${index}`, pattern(text)]));

const matches: Step[] = taken.flatMap(([, ...texts], index) =>
  texts.map((text, number) =>
    post(`pattern ${index + 1}, text ${number + 1}`, `${path}?dryRun=All`, {
      apiVersion: `${group}/v1`,
      kind: "Text",
      metadata: { name: "a" },
      spec: { [`p${index}`]: text },
    }),
  ),
);

/** The patterns of schemas are Go's regular expressions. */
export const patterns: Area = {
  name: "patterns",
  steps: [
    ...refused.map((text) => post(`refuse ${text}`, `${definitions}?dryRun=All`, definition({ x: pattern(text) }))),
    post("a name that is given twice", `${definitions}?dryRun=All`, definition({ x: pattern("(?P<n>a)(?P<n>b)") }), {
      differs: "a name that is given twice is refused, as Go itself did for long",
      differsInStatus: true,
    }),
    post("install", definitions, definition(fields), { differs: "the conditions come later" }),
    get("serve", path, { until: (_, status) => status === 200, differs: "the version of the list" }),
    ...matches,
    remove("remove", `${definitions}/texts.${group}`, undefined, { differs: "told to end in the same answer" }),
  ],
};
