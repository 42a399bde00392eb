import { type Area, apply, get, merge, post, put, remove, type Step } from "../step.ts";
import { definitionSteps } from "./cel-definitions.ts";
import { failures, values } from "./cel-expressions.ts";
import { crd, definitions, group, integer, props, ruled, rules, shape, text, value } from "./cel-shapes.ts";

const keyOf = (name: string): string => name.replaceAll(" ", "-");
const shapes = <T>(expressions: { readonly [name: string]: T }, ruleOf: (one: T) => object): object =>
  Object.fromEntries(Object.entries(expressions).map(([name, one]) => [keyOf(name), shape(ruleOf(one))]));

/** Lists have items of one type, and the estimate of what a text costs goes by the length of its format alone. */
const shown = (list: readonly string[]): string =>
  `'${list.map(() => "%s").join(" | ")}'.format([${list.map((one) => `dyn(${one})`).join(", ")}])`;

const path = (plural: string): string => `/apis/${group}/v1/namespaces/cel/${plural}`;
const object = (kind: string, name: string, spec: object, rest: object = {}): object => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name },
  spec,
  ...rest,
});

const installed = (name: string, plural: string, kind: string, schema: object): Step[] => [
  post(`install ${name}`, definitions, crd(plural, kind, schema), { differs: "the conditions come later" }),
  get(`serve ${name}`, path(plural), { until: (_, status) => status === 200, differs: "the version of the list" }),
];

const expressions: Step[] = [
  ...installed("values", "values", "Value", {
    properties: {
      spec: {
        type: "object",
        properties: shapes(values, (list) => ({ rule: "self.i != 3", messageExpression: shown(list) })),
      },
    },
  }),
  ...Object.keys(values).map((name) =>
    post(`value: ${name}`, path("values"), object("Value", "a", { [keyOf(name)]: value })),
  ),
  ...installed("failures", "failures", "Failure", {
    properties: { spec: { type: "object", properties: shapes(failures, (rule) => ({ rule })) } },
  }),
  ...Object.keys(failures).map((name) =>
    post(`failure: ${name}`, path("failures"), object("Failure", "a", { [keyOf(name)]: value })),
  ),
];

const names = props(
  {
    "a-b": text,
    "c.d/e": text,
    f__g: text,
    namespace: text,
    if: text,
    "0no": text,
    $x: text,
  },
  {
    [rules]: [
      { rule: "!has(self.a__dash__b) || self.a__dash__b == 'ok'", message: "dash" },
      { rule: "!has(self.c__dot__d__slash__e) || self.c__dot__d__slash__e == 'ok'", message: "dot and slash" },
      { rule: "!has(self.f__underscores__g) || self.f__underscores__g == 'ok'", message: "underscores" },
      { rule: "!has(self.__namespace__) || self.__namespace__ == 'ok'", message: "a word that Kubernetes likes" },
      { rule: "!has(self.__if__) || self.__if__ == 'ok'", message: "a reserved word" },
    ],
  },
);

const keyed = (items: object): object => ({
  type: "array",
  maxItems: 5,
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["k"],
  items,
});

const spec = props({
  names,
  fixed: ruled(text, { rule: "self == oldSelf", message: " may not change " }),
  grows: ruled(integer, {
    rule: "self >= oldSelf",
    messageExpression: "'must not shrink from %d to %d'.format([oldSelf, self])",
  }),
  once: ruled(text, {
    rule: "!oldSelf.hasValue() || oldSelf.value() == self || oldSelf.value() == 'free'",
    optionalOldSelf: true,
    message: "only once",
  }),
  start: ruled(text, { rule: "oldSelf.hasValue() || self == 'first'", optionalOldSelf: true }),
  list: keyed(
    ruled(props({ k: text, v: text }, { required: ["k"] }), {
      rule: "self.v == oldSelf.v",
      message: "an item's value stays",
    }),
  ),
  map: {
    type: "object",
    maxProperties: 5,
    additionalProperties: ruled(text, { rule: "self == oldSelf", message: "an entry stays" }),
  },
  set: ruled(
    { type: "array", maxItems: 4, "x-kubernetes-list-type": "set", items: text },
    { rule: "self == oldSelf", message: "sets are equal in any order" },
  ),
  plain: ruled(
    { type: "array", maxItems: 4, items: text },
    { rule: "self == oldSelf", message: "lists are equal in their order" },
  ),
  keyedSame: ruled(keyed(props({ k: text, v: text }, { required: ["k"] })), {
    rule: "self == oldSelf",
    message: "keyed lists are equal in any order",
  }),
  sum: ruled(
    { type: "array", maxItems: 4, "x-kubernetes-list-type": "set", items: text },
    { rule: "(self + ['a']).size() == self.size()", message: "a is in it" },
  ),
  ratchet: ruled(props({ a: text, b: text }), { rule: "self.a == 'right'", message: "a must be right" }),
  leaf: props({ x: ruled(text, { rule: "self == 'right'", message: "x must be right" }), y: text }),
  items: {
    type: "array",
    maxItems: 5,
    items: ruled(props({ n: integer }), {
      rule: "self.n > 0",
      fieldPath: ".n",
      reason: "FieldValueForbidden",
      message: "must be positive",
    }),
  },
  reasons: ruled(
    props({
      r: text,
      f: text,
      d: text,
      i: text,
      o: props({ "a.b": text }),
      m: { type: "object", maxProperties: 3, additionalProperties: text },
    }),
    { rule: "!has(self.r)", reason: "FieldValueRequired", fieldPath: ".r", message: "is needed" },
    { rule: "!has(self.f)", reason: "FieldValueForbidden", fieldPath: ".f" },
    { rule: "!has(self.d)", reason: "FieldValueDuplicate", fieldPath: ".d", message: "twice" },
    { rule: "!has(self.i)", reason: "FieldValueInvalid", messageExpression: "'the value is ' + self.i" },
    { rule: "!has(self.o)", fieldPath: ".o['a.b']" },
    { rule: "!has(self.m)", fieldPath: ".m['key']" },
  ),
  scalars: props({
    b: ruled({ type: "boolean" }, { rule: "self" }),
    n: ruled({ type: "number" }, { rule: "self < 1.0" }),
    i: ruled(integer, { rule: "self < 1", reason: "FieldValueDuplicate" }),
    s: ruled(text, { rule: "self == ''" }),
    l: ruled({ type: "array", items: text, maxItems: 3 }, { rule: "self.size() == 0" }),
    o: ruled({ type: "object", additionalProperties: text, maxProperties: 3 }, { rule: "self.size() == 0" }),
    nul: ruled({ ...text, nullable: true }, { rule: "self == 'never'" }),
  }),
  messages: props({
    empty: ruled(text, { rule: "self == ''", messageExpression: "self.substring(0, 0)" }),
    lines: ruled(text, { rule: "self == ''", messageExpression: "self + '\\n' + self", message: "the fallback" }),
    fails: ruled(text, { rule: "self == ''", messageExpression: "self.substring(99)", message: " trimmed " }),
    spaces: ruled(text, { rule: "self == ''", messageExpression: "'  around ' + self + '  '" }),
    none: ruled(text, { rule: "  self == ''  " }),
    two: ruled(text, { rule: "self == ''", message: "first" }, { rule: "self.size() > 9", message: "second" }),
  }),
  schema: ruled(
    props({
      n: { type: "integer", maximum: 3 },
      e: { type: "string", enum: ["a"] },
      p: { type: "string", pattern: "^a", maxLength: 3 },
    }),
    { rule: "false", message: "the rule" },
  ),
  ios: ruled(
    { "x-kubernetes-int-or-string": true, maxLength: 5 },
    { rule: "type(self) == int ? self < 5 : self.endsWith('%')" },
  ),
  embedded: ruled(
    { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    {
      rule: "self.kind == 'ConfigMap' && self.apiVersion == 'v1' && self.metadata.name.startsWith('a')",
      messageExpression: "'got %s %s'.format([self.kind, self.metadata.name])",
    },
  ),
  open: ruled(
    { ...props({ x: text }), "x-kubernetes-preserve-unknown-fields": true },
    { rule: "self == oldSelf", message: "unknown fields count" },
  ),
  nullable: ruled(props({ a: { ...text, nullable: true } }), { rule: "!has(self.a) || self.a == 'x'" }),
  nulls: ruled(
    { type: "object", maxProperties: 3, additionalProperties: { ...text, nullable: true } },
    { rule: "self.all(k, dyn(self[k]) != null)" },
  ),
  deep: {
    type: "array",
    maxItems: 3,
    items: props({
      m: {
        type: "object",
        maxProperties: 3,
        additionalProperties: props({ "x-y": ruled(text, { rule: "self == ''", message: "deep" }) }),
      },
    }),
  },
  atomicMap: {
    ...props({ a: ruled(text, { rule: "self == 'ok'", message: "in an atomic map" }) }),
    "x-kubernetes-map-type": "atomic",
  },
  work: ruled(
    { type: "array", maxItems: 100, items: { type: "integer" } },
    { rule: "self.all(x, self.exists(y, self.exists(z, x + y == z && false)) || x >= -1000)" },
  ),
});

const root = {
  properties: {
    spec,
    status: props({ phase: ruled(text, { rule: "self != 'Bad'", message: "no bad phase" }), n: integer }),
  },
  [rules]: [
    { rule: "self.metadata.name.size() < 8", message: "the name is short" },
    { rule: "!has(self.metadata.generateName) || self.metadata.generateName == 'ok-'", message: "the generated name" },
    { rule: "self.kind == 'Rule' && self.apiVersion == 'cel.example/v1'", message: "of this kind" },
    {
      rule: "!has(self.status) || !has(self.status.n) || self.status.n < 5",
      message: "n is small",
      fieldPath: ".status.n",
    },
  ],
};

const all = path("rules");
const one = `${all}/a`;
const make = (name: string, content: object): Step => post(name, `${all}?dryRun=All`, object("Rule", "x", content));
const start = (name: string, content: object): Step => post(`${name}: create`, all, object("Rule", "a", content));
const end = (name: string): Step =>
  remove(`${name}: remove`, one, undefined, { differs: "the answer is compared elsewhere" });
const change = (name: string, content: object): Step => merge(name, one, { spec: content });

const story = (
  name: string,
  content: object,
  ...changes: readonly (readonly [name: string, content: object])[]
): Step[] => [start(name, content), ...changes.map(([what, next]) => change(`${name}: ${what}`, next)), end(name)];

const singles: Step[] = [
  make("escaped names", {
    names: { "a-b": "no", "c.d/e": "no", f__g: "no", namespace: "no", if: "no", "0no": "x", $x: "x" },
  }),
  make("items with a path and a reason", { items: [{ n: 1 }, { n: 0 }, { n: -1 }] }),
  make("reasons and paths", { reasons: { r: "r", f: "f", d: "d", i: "i", o: {}, m: {} } }),
  make("scalars", { scalars: { b: false, n: 2.5, i: 7, s: "x", l: ["a"], o: { a: "b" }, nul: "x" } }),
  make("null is not looked at", { scalars: { nul: null } }),
  make("messages", { messages: { empty: "a", lines: "b", fails: "c", spaces: "d", none: "e", two: "f" } }),
  make("rules after a minor error of the schema", { schema: { n: 4 } }),
  make("rules not after a pattern", { schema: { p: "b" } }),
  make("no rules after an unsupported value", { schema: { e: "b" } }),
  make("no rules after a wrong type", { schema: { n: "x" } }),
  make("no rules after a text that is too long", { schema: { p: "aaaa" } }),
  make("an int", { ios: 4 }),
  make("a large int", { ios: 6 }),
  make("a string", { ios: "4%" }),
  make("another string", { ios: "x" }),
  make("an embedded resource", {
    embedded: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "abc" }, data: { x: "y" } },
  }),
  make("a wrong embedded resource", { embedded: { apiVersion: "v1", kind: "Secret", metadata: { name: "abc" } } }),
  make("an embedded resource without a name", { embedded: { apiVersion: "v1", kind: "ConfigMap", metadata: {} } }),
  make("a null field is absent", { nullable: { a: null } }),
  make("a null in a map", { nulls: { a: null, b: "x" } }),
  make("deep", { deep: [{ m: { k: { "x-y": "v" }, "b/c": { "x-y": "" } } }] }),
  make("in an atomic map", { atomicMap: { a: "no" } }),
  make("first value of an optional old value", { start: "second" }),
  make("union of sets", { sum: ["b"] }),
  make("union of sets that changes nothing", { sum: ["b", "a"] }),
  make("too much work", { work: Array.from({ length: 100 }, (_, index) => index - 75) }),
  post("a name that is too long", all, object("Rule", "much-too-long", {})),
  post("a wrong generated name", all, { ...object("Rule", "x", {}), metadata: { generateName: "gen-" } }),
  post("several at once", all, object("Rule", "much-too-long", { scalars: { s: "x", i: 1 }, leaf: { x: "wrong" } })),
];

const transitions: Step[] = [
  ...story(
    "fixed",
    { fixed: "a" },
    ["the same", { fixed: "a", grows: 1 }],
    ["another", { fixed: "b" }],
    ["none", { fixed: null }],
    ["a new one", { fixed: "b" }],
  ),
  ...story("grows", { grows: 3 }, ["more", { grows: 4 }], ["less", { grows: 2 }]),
  ...story("once", { once: "a" }, ["another", { once: "b" }], ["the same", { once: "a" }]),
  ...story(
    "keyed list",
    {
      list: [
        { k: "a", v: "1" },
        { k: "b", v: "2" },
      ],
    },
    [
      "another order",
      {
        list: [
          { k: "b", v: "2" },
          { k: "a", v: "1" },
        ],
      },
    ],
    [
      "a new item",
      {
        list: [
          { k: "b", v: "2" },
          { k: "c", v: "9" },
        ],
      },
    ],
    [
      "a changed item",
      {
        list: [
          { k: "x", v: "0" },
          { k: "b", v: "3" },
        ],
      },
    ],
  ),
  ...story(
    "map",
    { map: { a: "1", "b/c": "2" } },
    ["a new entry", { map: { d: "3" } }],
    ["changed entries", { map: { a: "2", "b/c": "3" } }],
  ),
  ...story("set", { set: ["a", "b"] }, ["another order", { set: ["b", "a"] }], ["another item", { set: ["b", "c"] }]),
  ...story("plain list", { plain: ["a", "b"] }, ["another order", { plain: ["b", "a"] }]),
  ...story(
    "keyed list as a whole",
    { keyedSame: [{ k: "a", v: "1" }, { k: "b" }] },
    ["another order", { keyedSame: [{ k: "b" }, { k: "a", v: "1" }] }],
    ["another value", { keyedSame: [{ k: "b" }, { k: "a", v: "2" }] }],
  ),
  ...story(
    "open object",
    { open: { x: "a", y: 1 } },
    ["the same", { open: { x: "a", y: 1 }, grows: 1 }],
    ["another unknown field", { open: { y: 2 } }],
  ),
];

const status: Step[] = [
  start("status", {}),
  merge("status: bad phase", `${one}/status`, { status: { phase: "Bad" } }),
  merge("status: root rule", `${one}/status`, { status: { n: 9 } }),
  merge("status: fine", `${one}/status`, { status: { phase: "Good", n: 1 } }),
  apply("status: apply a bad phase", `${one}/status?fieldManager=f`, {
    apiVersion: `${group}/v1`,
    kind: "Rule",
    status: { phase: "Bad" },
  }),
  apply("apply a wrong spec", `${one}?fieldManager=f`, {
    apiVersion: `${group}/v1`,
    kind: "Rule",
    spec: { leaf: { x: "wrong" } },
  }),
  put("replace with a wrong spec", one, (seen) => ({ ...seen["status: fine"], spec: { leaf: { x: "wrong" } } })),
  end("status"),
];

/** Objects that a rule refuses which came after them. */
const before = {
  properties: {
    spec: props({
      a: text,
      o: props({ x: text, y: text }),
      list: keyed(props({ k: text, v: text }, { required: ["k"] })),
      plain: { type: "array", maxItems: 4, items: props({ v: text }) },
    }),
  },
};
const wrongV = { rule: "self.v == 'right'", message: "v must be right" };
const after = {
  properties: {
    spec: props({
      a: ruled(text, { rule: "self == 'right'", message: "a must be right" }),
      o: ruled(props({ x: text, y: text }), { rule: "self.x == 'right'", message: "x must be right" }),
      list: keyed(ruled(props({ k: text, v: text }, { required: ["k"] }), wrongV)),
      plain: { type: "array", maxItems: 4, items: ruled(props({ v: text }), wrongV) },
    }),
  },
};
const versionOf = (definition: object): unknown =>
  (definition as { readonly spec: { readonly versions: readonly unknown[] } }).spec.versions[0];
const rat = `${path("rats")}/a`;
const marker = (name: string, content: object): Step => merge(name, rat, { spec: content });

const ratcheting: Step[] = [
  ...installed("ratcheting", "rats", "Rat", before),
  post(
    "ratchet: create",
    path("rats"),
    object("Rat", "a", {
      a: "wrong",
      o: { x: "wrong", y: "1" },
      list: [
        { k: "a", v: "wrong" },
        { k: "b", v: "wrong" },
      ],
      plain: [{ v: "wrong" }, { v: "wrong" }],
    }),
  ),
  merge(
    "ratchet: add rules",
    `${definitions}/rats.${group}`,
    { spec: { versions: [versionOf(crd("rats", "Rat", after))] } },
    { differs: "managed fields of the server itself" },
  ),
  post("ratchet: until the rules hold", `${path("rats")}?dryRun=All`, object("Rat", "b", { a: "wrong" }), {
    until: (_, code) => code === 422,
  }),
  merge("ratchet: a label", rat, { metadata: { labels: { x: "y" } } }),
  marker("ratchet: a field beside", { o: { y: "2" } }),
  marker("ratchet: the same again", { a: "wrong" }),
  marker("ratchet: another wrong value", { a: "wronger" }),
  marker("ratchet: another item of a keyed list", {
    list: [
      { k: "a", v: "wrong" },
      { k: "b", v: "right" },
    ],
  }),
  marker("ratchet: a wrong item of a keyed list", {
    list: [
      { k: "a", v: "wronger" },
      { k: "b", v: "right" },
    ],
  }),
  marker("ratchet: another item of a plain list", { plain: [{ v: "wrong" }, { v: "right" }] }),
  marker("ratchet: put right", { a: "right" }),
  marker("ratchet: wrong again", { a: "wrong" }),
];

const ending: Step[] = ["values", "failures", "rules", "rats"].map((plural) =>
  remove(`remove ${plural}`, `${definitions}/${plural}.${group}`, undefined, {
    differs: "told to end in the same answer",
  }),
);

/** Rules of CustomResourceDefinitions in CEL: what they may say, what they give, and what they refuse. */
export const cel: Area = {
  name: "cel",
  steps: [
    ...expressions,
    ...definitionSteps,
    ...installed("rules", "rules", "Rule", root),
    ...singles,
    ...transitions,
    ...status,
    ...ratcheting,
    ...ending,
  ],
};
