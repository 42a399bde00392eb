import { describe, expect, it } from "vitest";
import { stringList, stringMap } from "../../src/base/values.ts";
import { defaultLimits, newRowRun, TemplateError } from "../../templates/engine.ts";
import { helperFamilies } from "../../templates/handlebars/helpers/registry.ts";
import { handlebarsEngine } from "../../templates/handlebars.ts";

const where = "spec.template.metadata.name";

const row = {
  name: "Web",
  app: { name: "shop", replicas: 3, ha: true },
  list: ["a", "b"],
  people: [
    { name: "ann", tags: ["x"] },
    { name: "bob", tags: [] },
  ],
  map: { b: 2, a: 1 },
  empty: {},
  none: null,
  zero: 0,
  "path[0]": "apps",
  "values.tier": "gold",
  path: { path: "apps/web", basename: "web", segments: stringList(["apps", "web"]) },
  metadata: { labels: stringMap({ env: "prod", "app.kubernetes.io/name": "shop", "cost-center": "cc-1" }) },
  yaml: "a: 1\nb: 2",
};

function render(text: string, params: object = row, limits = defaultLimits): string {
  return handlebarsEngine.compile(text, where).render(params as never, newRowRun(limits));
}

function failureOf(text: string, params: object = row, limits = defaultLimits): TemplateError {
  try {
    const result = render(text, params, limits);
    throw new Error(`gave ${JSON.stringify(result.slice(0, 200))}`);
  } catch (error: unknown) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

describe("printing", () => {
  it.each([
    ["plain { } text", "plain { } text"],
    ["{{name}}-{{ app.name }}/{{app.replicas}}", "Web-shop/3"],
    ["{{{name}}} {{& name}}", "Web Web"],
    ["<{{html}}>", "<<b>&\"'>"],
    ["{{metadata.labels.app.kubernetes.io/name}}", "shop"],
    ["{{metadata.labels.cost-center}}", "cc-1"],
    ["{{metadata.labels.[app.kubernetes.io/name]}}", "shop"],
    ['{{lookup metadata.labels "app.kubernetes.io/name"}}', "shop"],
    ["{{path[0]}}", "apps"],
    ["{{path.[0]}} {{path.segments[1]}} {{path.segments.[1]}} {{path.segments.1}}", "apps web web web"],
    ["{{path[1]}}", "web"],
    ["{{path}} {{path.path}} {{path.basename}}", "apps/web apps/web web"],
    ["{{values.tier}}", "gold"],
    ["{{list}} {{list.length}} {{list.[1]}}", "a,b 2 b"],
    ["{{app.ha}} {{zero}} [{{none}}]", "true 0 []"],
    ["{{~name~}} x {{! comment }}{{!-- {{x}} --}}", "Webx "],
    ["\\{{name}} {{{{raw}}}}{{x}}{{{{/raw}}}}", "{{name}} {{x}}"],
    ['{{"name"}} {{[name]}} {{this.name}} {{./name}} {{@root.name}}', "Web Web Web Web Web"],
  ])("%s", (text, expected) => {
    expect(render(text, { ...row, html: "<b>&\"'" })).toBe(expected);
  });

  it("takes a parameter of exactly that name before a nested value", () => {
    expect(render("{{a.b}}", { a: { b: "nested" }, "a.b": "flat" })).toBe("flat");
  });

  it("prints a parameter that is called like a helper", () => {
    expect(render("{{replace}} {{upper replace}}", { replace: "x" })).toBe("x X");
  });
});

describe("blocks", () => {
  it.each([
    ["{{#if app.ha}}y{{else}}n{{/if}}", "y"],
    ["{{#if a.b.c}}y{{else}}n{{/if}}", "n"],
    ["{{#if name.b.c}}y{{else if app.ha}}e{{/if}}", "e"],
    ["{{#if zero}}y{{else}}n{{/if}}{{#if zero includeZero=true}}y{{/if}}", "ny"],
    ["{{#unless missing}}y{{/unless}}{{#unless list}}n{{/unless}}", "y"],
    ["{{#each list}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}", "0a,1b"],
    ["{{#each map}}{{@key}}={{this}};{{/each}}", "a=1;b=2;"],
    ["{{#each people as |p i|}}{{i}}{{p.name}}{{@root.app.name}}{{../name}} {{/each}}", "0annshopWeb 1bobshopWeb "],
    ["{{#each people}}{{#each tags}}{{../name}}{{@../index}}{{this}}{{else}}-{{/each}}{{/each}}", "ann0x-"],
    ["{{#each missing}}x{{else}}none{{/each}}", "none"],
    ["{{#with app}}{{name}}{{../name}}{{else}}n{{/with}}{{#with missing}}x{{else}}n{{/with}}", "shopWebn"],
    ["{{#people}}{{name}} {{/people}}{{#app}}{{name}}{{/app}}{{^missing}} no{{/missing}}", "ann bob shop no"],
    ["{{#app.ha}}{{name}}{{/app.ha}}{{#if (and app.ha (gt app.replicas 2))}}!{{/if}}", "Web!"],
    ["a:\n  {{#if app.ha}}\n  b: 1\n  {{/if}}\nc: 2\n", "a:\n  b: 1\nc: 2\n"],
  ])("%s", (text, expected) => {
    expect(render(text)).toBe(expected);
  });
});

describe("helpers", () => {
  it.each([
    ['{{default missing "d"}}{{default name "d"}}{{default zero 5}}{{default a.b.c "x"}}', "dWeb0x"],
    ['{{coalesce missing none "c"}} {{ternary app.ha "y" "n"}}', "c y"],
    [
      '{{eq app.replicas "3"}} {{eq name "web"}} {{ne name "x"}} {{eq map map}} {{eq missing none}}',
      "true false true true false",
    ],
    ['{{lt 2 10}} {{lt "2" "10"}} {{lt "a" "b"}} {{ge 3 3}} {{gt missing 1}}', "true true true true false"],
    ["{{or missing name}} {{and name app.name}} {{and zero name}} {{not missing}}", "Web shop 0 true"],
    ["{{lower name}}{{upper name}}{{trim ' x '}}", "webWEBx"],
    [
      '{{trimPrefix "v1.2" "v"}} {{trimSuffix "a.git" ".git"}} {{startsWith name "W"}} {{endsWith name "x"}}',
      "1.2 a true false",
    ],
    [
      '{{replace "a.b.c" "." "-"}} {{concat name "-" app.replicas}} {{truncate "abcdef" 3}} {{repeat "ab" 2}}',
      "a-b-c Web-3 abc abab",
    ],
    [
      '{{join list "-"}} {{join "-" list}} {{first list}}{{last list}}{{item list 1}} {{join (split "x/y" "/") "+"}}',
      "a-b a-b abb x+y",
    ],
    [
      '{{json map}} {{length list}} {{length map}} {{join (keys map) ","}} {{has list "a"}} {{has map "z"}} {{contains name "e"}}',
      '{"a":1,"b":2} 2 2 a,b true false true',
    ],
    ["v:{{nindent (yaml map) 2}}", "v:\n  a: 1\n  b: 2"],
    ["{{indent yaml 2}}|{{indent 2 yaml}}", "  a: 1\n  b: 2|  a: 1\n  b: 2"],
    ['{{b64enc name}} {{b64dec "V2Vi"}} {{quote name}} {{squote "it\'s"}}', "V2Vi Web \"Web\" 'it''s'"],
    ['{{sha256 "x"}}', "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
    [
      '{{normalize "Prod_EU.1"}} {{slugify "feature/JIRA-1 new thing"}} {{slugify "one-two-three" 7}}',
      "prod-eu.1 feature-jira-1-new-thing one-two",
    ],
    ["{{add 1 2}} {{sub app.replicas 1}} {{mul 2 2}}", "3 2 4"],
    ['{{#each (list "x" "y")}}{{this}}{{/each}}', "xy"],
  ])("%s", (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it("has one line for each, and each name once", () => {
    const names = Object.values(helperFamilies).flatMap(Object.keys);
    expect(new Set(names).size).toBe(names.length);
    for (const table of Object.values(helperFamilies)) {
      for (const [name, { doc, usage }] of Object.entries(table)) {
        expect(usage.split(" ")[0]).toBe(name);
        expect(doc).toMatch(/^[^\n]{5,140}$/);
      }
    }
  });
});

describe("errors", () => {
  it.each([
    ["{{missing}}", { line: 1, column: 1, action: "{{missing}}", missing: "missing" }],
    ["a\n  {{app.nope}}", { line: 2, column: 3, missing: "app.nope" }],
    ["{{path[0]}} {{path[7]}}", { line: 1, column: 13, action: "{{path[7]}}", missing: "path[7]" }],
    ["{{upper missing.deep}}", { missing: "missing.deep" }],
    ["{{#each people}}{{nope}}{{/each}}", { column: 17, missing: "nope" }],
    ["{{item list 9}}", { missing: "item" }],
  ])("%s", (text, details) => {
    expect(failureOf(text).details).toMatchObject({ field: where, ...details });
  });

  it("suggests the parameter that was meant", () => {
    expect(failureOf("{{nmae}}").details.remedy).toContain("did you mean name?");
    expect(failureOf("{{uper name}}").details.remedy).toContain("did you mean upper?");
  });

  it.each([
    ["{{app}}", "app is a map"],
    ["{{name", "the tag cannot be read"],
    ["{{#if name}}x", "a block is not closed"],
    ["{{#if name}}x{{/each}}", "doesn't match"],
    ["{{> partial}}", "partials are off"],
    ["{{#> layout}}{{/layout}}", "partials are off"],
    ["{{* decorator}}", "decorators are off"],
    ["{{log name}}", "there is no helper log"],
    ["{{#foo name}}{{/foo}}", "there is no block foo"],
    ["{{default name}}", "it is written {{default VALUE FALLBACK}}"],
    ["{{upper name x=1}}", "upper has no named value x"],
    ["{{#if a b}}{{/if}}", "if takes one value"],
    ["{{@run}}", "there is no @run"],
    ["{{upper app}}", "upper needs a text and got a map"],
    ["{{join name ','}}", "join needs a list and got a text"],
    ["{{repeat name -1}}", "a whole number from 0"],
    ['{{b64dec "%%"}}', "needs base64"],
  ])("%s: %s", (text, message) => {
    const error = failureOf(text);
    expect(error.message).toContain(message);
    expect(error.message).toContain(where);
  });
});

describe("hostile templates", () => {
  it.each([
    "{{constructor}}",
    "{{constructor.constructor}}",
    "{{__proto__}}",
    "{{__proto__.polluted}}",
    "{{app.__proto__.constructor}}",
    "{{name.constructor}}",
    "{{list.constructor}}",
    "{{list.push}}",
    "{{toString}}",
    "{{hasOwnProperty}}",
    "{{@root.constructor}}",
    "{{this.constructor}}",
    '{{lookup this "constructor"}}',
    '{{lookup app "__proto__"}}',
    '{{lookup list "map"}}',
    "{{#with constructor}}{{name}}{{else}}{{missing}}{{/with}}",
    '{{#with (lookup this "__proto__")}}{{else}}{{missing}}{{/with}}',
    "{{#each __proto__}}x{{else}}{{missing}}{{/each}}",
    "{{helperMissing name}}",
    "{{blockHelperMissing name}}",
    "{{__get 0 this}}",
    "{{__show 0 name}}",
    "{{#__section 0 this}}{{/__section}}",
    "{{#each list as |__print|}}{{this}}{{/each}}",
    "{{lookup __defineGetter__ 'x'}}",
  ])("%s fails as a template and reaches nothing", (text) => {
    failureOf(text);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("treats hostile parameters as data", () => {
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": "yes"}, "constructor": "c", "list": [{"__proto__": {"x": 1}}]}',
    );
    expect(render("{{constructor}} {{__proto__.polluted}} {{json list}}", hostile)).toBe(
      'c yes [{"__proto__":{"x":1}}]',
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("never takes a tree for a template", () => {
    const tree = { type: "Program", body: [], strip: {} };
    expect(() => handlebarsEngine.compile(tree as never, where)).toThrow(TypeError);
  });

  const many = { list: Array.from({ length: 2_000 }, (_, index) => index), text: "x".repeat(10_000) };

  it("stops loops", () => {
    const limits = { ...defaultLimits, maxSteps: 10_000 };
    const text = "{{#each list}}{{#each ../list}}{{#if this}}{{/if}}{{/each}}{{/each}}";
    expect(failureOf(text, many, limits).message).toContain("more than 10000 steps");
  });

  it("stops output that grows too large, in loops and in helpers", () => {
    const limits = { ...defaultLimits, maxOutputBytes: 1 << 20 };
    expect(failureOf("{{#each list}}{{../text}}{{/each}}", many, limits).message).toContain(
      "larger than 1048576 bytes",
    );
    expect(failureOf("{{repeat (repeat text 100) 100}}", many, limits).message).toContain("larger than 1048576 bytes");
    expect(failureOf('{{replace text "x" text}}', many, limits).message).toContain("larger than 1048576 bytes");
    expect(failureOf("{{indent text 9999}}".repeat(200), many, limits).message).toContain("larger than 1048576 bytes");
  });

  it("stops when the time is up", () => {
    const run = { ...newRowRun(), deadline: performance.now() - 1 };
    const compiled = handlebarsEngine.compile("{{#each list}}{{this}}{{/each}}", where);
    expect(() => compiled.render(many as never, run)).toThrow(/takes longer than/);
  });

  it.each([
    ["blocks", "{{#if a}}".repeat(200) + "{{/if}}".repeat(200)],
    ["calls", `{{${"upper (".repeat(200)}upper name${")".repeat(200)}}}`],
    ["very many blocks", "{{#if a}}".repeat(20_000) + "{{/if}}".repeat(20_000)],
    ["else chains", `{{#if a}}${"{{else if b}}x".repeat(500)}{{/if}}`],
  ])("refuses %s nested too deeply", (_name, text) => {
    expect(failureOf(text).message).toContain(where);
  });

  it("refuses more tags than the parser can read in time", () => {
    expect(failureOf("{{name}}".repeat(6_000)).message).toContain("has more than 5000 tags");
    expect(render("{{list[0]}}".repeat(5_000))).toHaveLength(5_000);
  });

  it("refuses a text that is too long", () => {
    expect(failureOf(`{{name}}${"x".repeat(1 << 20)}`).message).toContain("longer than");
  });
});

describe("compiling", () => {
  it("knows texts without a tag", () => {
    expect(handlebarsEngine.compile("a } b", where).constant).toBe(true);
    expect(handlebarsEngine.compile("{{a}}", where).constant).toBe(false);
  });

  it("keeps nothing of one row for the next", () => {
    const compiled = handlebarsEngine.compile("{{#each list}}{{@index}}{{this}}{{/each}}", where);
    const results = [["a"], ["b", "c"], ["a"]].map((list) => compiled.render({ list }, newRowRun()));
    expect(results).toEqual(["0a", "0b1c", "0a"]);
  });
});
