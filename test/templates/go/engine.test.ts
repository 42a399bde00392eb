import { describe, expect, it } from "vitest";
import { type Params, stringList, stringMap } from "../../../src/base/values.ts";
import { newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";

function render(template: string, params: Params = {}, options: readonly string[] = []): string {
  return goEngine.compile(template, "spec.template", { options }).render(params, newRowRun());
}

function failure(template: string, params: Params = {}, options: readonly string[] = []): TemplateError {
  try {
    throw new Error(`gave ${JSON.stringify(render(template, params, options))}`);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

describe("compiled texts", () => {
  it.each(["", "plain", "a } } b }}", "{ {x} }"])("know that %j holds no action", (text) => {
    const compiled = goEngine.compile(text, "spec");
    expect(compiled.constant).toBe(true);
    expect(compiled.render({}, newRowRun())).toBe(text);
  });

  it("are rendered for any number of rows", () => {
    const text = goEngine.compile("{{ .name }}{{ range .list }}-{{ . }}{{ end }}", "spec");
    expect(text.constant).toBe(false);
    expect(text.render({ name: "a", list: ["x"] }, newRowRun())).toBe("a-x");
    expect(text.render({ name: "b", list: [] }, newRowRun())).toBe("b");
  });

  it("name the field that each was compiled for, though the same text is parsed once", () => {
    const texts = ["spec.a", "spec.b"].map((where) => goEngine.compile("{{ .a.b }}", where));
    const messages = texts.map((text) => {
      try {
        return text.render({ a: "" }, newRowRun());
      } catch (error) {
        return (error as TemplateError).details.field;
      }
    });
    expect(messages).toEqual(["spec.a", "spec.b"]);
  });

  it("keep the options apart", () => {
    expect(render("{{ .x }}")).toBe("<no value>");
    expect(() => render("{{ .x }}", {}, ["missingkey=error"])).toThrow(TemplateError);
    expect(render("{{ .x }}")).toBe("<no value>");
  });

  it("let later texts of a row see what set changed", () => {
    const params: Params = { m: { a: 1 } };
    expect(render('{{ $_ := set .m "b" "new" }}{{ $_ = set . "top" 2 }}', params)).toBe("");
    expect(render("{{ .m.b }} {{ .top }}", params)).toBe("new 2");
  });

  it("mark the row when a function differs from call to call", () => {
    const run = newRowRun();
    goEngine.compile("{{ .a | upper }}", "spec").render({ a: "x" }, run);
    expect(run.nonDeterministic).toBe(false);
    goEngine.compile("{{ if .a }}{{ uuidv4 }}{{ end }}", "spec").render({ a: "x" }, run);
    expect(run.nonDeterministic).toBe(true);
  });

  it("give text without lone surrogates, whatever bytes were cut", () => {
    expect(render('{{ "\\xff" }}{{ trunc 1 "é" }}')).toBe("\ufffd\ufffd");
    expect(render('{{ substr 0 1 "é" }}{{ substr 1 2 "é" }}')).toBe("é");
  });
});

describe("values of other Go types", () => {
  const params: Params = {
    labels: stringMap({ env: "prod", "a-b": "c" }),
    segments: stringList(["apps", "web"]),
    big: 10n ** 20n,
  };

  it.each([
    ["{{ .labels }} {{ .segments }}", "map[a-b:c env:prod] [apps web]"],
    ['{{ printf "%T %T %T" .labels .segments .big }}', "map[string]string []string float64"],
    ['[{{ index .labels "none" }}]', "[]"],
    ["[{{ .labels.none }}]", "[<no value>]"],
    ["{{ range $k, $v := .labels }}{{ $k }}={{ $v }};{{ end }}", "a-b=c;env=prod;"],
    ['{{ .segments | join "/" }}', "apps/web"],
    ["{{ .big }} {{ list .big }}", "1e+20 [1e+20]"],
  ])("%s", (template, want) => {
    expect(render(template, params)).toBe(want);
  });

  it("give the zero value of a string map under missingkey=zero", () => {
    expect(render("[{{ .labels.none }}]", params, ["missingkey=zero"])).toBe("[]");
  });

  it("refuse string maps where a function takes any map", () => {
    expect(failure('{{ hasKey .labels "env" }}', params).message).toContain(
      "expected map[string]interface {}; got map[string]string at <.labels>",
    );
  });
});

describe("own properties only", () => {
  it.each(["constructor", "__proto__", "valueOf", "hasOwnProperty", "length", "prototype"])("%s is no key", (name) => {
    const params: Params = { map: {}, list: ["a"], text: "x", labels: stringMap({}) };
    expect(render(`{{ .${name} }}{{ .map.${name} }}{{ .labels.${name} }}{{ index . "${name}" }}`, params)).toBe(
      "<no value>".repeat(4),
    );
    expect(failure(`{{ .list.${name} }}`, params).message).toContain("can't evaluate field");
    expect(failure(`{{ .text.${name} }}`, params).message).toContain("can't evaluate field");
    expect(failure(`{{ (len .text).${name} }}`, params).message).toContain("can't evaluate field");
    expect(failure(`{{ ${name} }}`, params).message).toContain("not defined");
    expect(failure(`{{ template "${name}" }}`, params).message).toContain("not defined");
    expect(failure(`{{ (semver "1.2.3").${name} }}`, params).message).toContain("can't evaluate field");
  });
});
