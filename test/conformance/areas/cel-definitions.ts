import { post, type Step } from "../step.ts";
import { refused } from "./cel-expressions.ts";
import { crd, definitions, integer, props, ruled, rules, shape, text } from "./cel-shapes.ts";

const definition = (schema: object): object => crd("refusals", "Refusal", { properties: { spec: schema } });
const dryRun = `${definitions}?dryRun=All`;

const long = { type: "string" };
/** Definitions whose rules are refused, and some that only look so. */
export const definitionSteps: readonly Step[] = [
  ...Object.entries(refused).map(([name, rule]) => post(`refuse ${name}`, dryRun, definition(shape(rule)))),
  post(
    "refuse oldSelf in a list without keys",
    dryRun,
    definition(props({ l: { type: "array", maxItems: 3, items: ruled(text, { rule: "self == oldSelf" }) } })),
  ),
  post(
    "refuse oldSelf below a map of a set",
    dryRun,
    definition(
      props({
        l: {
          type: "array",
          maxItems: 3,
          "x-kubernetes-list-type": "set",
          items: ruled(text, { rule: "self == oldSelf" }),
        },
      }),
    ),
  ),
  post(
    "accept oldSelf in a list with keys",
    dryRun,
    definition(
      props({
        l: {
          type: "array",
          maxItems: 3,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k"],
          items: ruled(props({ k: text, v: text }, { required: ["k"] }), { rule: "self.v == oldSelf.v" }),
        },
      }),
    ),
  ),
  post(
    "refuse what costs too much",
    dryRun,
    definition(
      props({ l: ruled({ type: "array", items: long }, { rule: "self.all(x, self.exists(y, x.contains(y)))" }) }),
    ),
  ),
  post(
    "refuse what costs a little too much",
    dryRun,
    definition(
      props({
        l: ruled({ type: "array", items: long, maxItems: 100 }, { rule: "self.all(x, x.contains('abcdefghijk'))" }),
      }),
    ),
  ),
  post(
    "refuse what costs too much in each item",
    dryRun,
    definition(props({ l: { type: "array", items: ruled(long, { rule: "self.matches('^a+$')" }) } })),
  ),
  post(
    "refuse what all together cost too much",
    dryRun,
    definition(
      props(
        Object.fromEntries(
          Array.from({ length: 60 }, (_, index) => [
            `f${index}`,
            ruled(
              { type: "array", items: { type: "string", maxLength: 1000 }, maxItems: 20_000 + 100 * index },
              { rule: "self.all(x, x.startsWith('0123456789'))" },
            ),
          ]),
        ),
      ),
    ),
  ),
  post(
    "refuse a costly message",
    dryRun,
    definition(
      props({
        l: ruled(
          { type: "array", items: long },
          { rule: "true", messageExpression: "self.map(x, x + x + x).join(',')" },
        ),
      }),
    ),
  ),
  post(
    "refuse a field that is not exposed",
    dryRun,
    definition(
      ruled(
        props({
          any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          raw: { "x-kubernetes-preserve-unknown-fields": true },
        }),
        { rule: "self.raw == 1" },
      ),
    ),
  ),
  post(
    "refuse an unknown field of an open object",
    dryRun,
    definition(
      ruled(props({ any: { type: "object", "x-kubernetes-preserve-unknown-fields": true } }), {
        rule: "self.any.x == 1",
      }),
    ),
  ),
  post(
    "refuse a rule on what has no type",
    dryRun,
    definition(props({ raw: ruled({ "x-kubernetes-preserve-unknown-fields": true }, { rule: "self == 1" }) })),
  ),
  post(
    "refuse a name that is not escaped",
    dryRun,
    definition(ruled(props({ "a-b": text }), { rule: "self.a-b == ''" })),
  ),
  post(
    "refuse labels of metadata",
    dryRun,
    crd("refusals", "Refusal", ruled(props({}), { rule: "has(self.metadata.labels)" })),
  ),
  post(
    "refuse a rule in anyOf",
    dryRun,
    definition({ ...props({ a: text }), anyOf: [{ [rules]: [{ rule: "true" }] }] }),
  ),
  post(
    "refuse a rule in allOf",
    dryRun,
    definition({ ...props({ a: text }), allOf: [{ [rules]: [{ rule: "true" }] }] }),
  ),
  post(
    "refuse a default against its rule",
    dryRun,
    definition(props({ a: ruled({ ...integer, default: 1 }, { rule: "self > 2" }) })),
  ),
  post(
    "refuse a wrong schema before its rules",
    dryRun,
    definition(props({ a: ruled({ type: "foo" }, { rule: "nope" }) })),
  ),
  post(
    "refuse an optional old value without use",
    dryRun,
    definition(props({ a: ruled(text, { rule: "self != ''", optionalOldSelf: true }) })),
  ),
  post(
    "refuse equality of an object and a string",
    dryRun,
    definition(ruled(props({ o: props({ x: text }) }), { rule: "self.o == 'a'" })),
  ),
];
