import { describe, expect, it } from "vitest";
import { type Params, stringMap } from "../../../src/base/values.ts";
import { newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";

const params: Params = {
  name: "cluster-1",
  n: 3,
  nul: null,
  metadata: {
    labels: stringMap({ env: "prod", "cluster-role": "hub", "app.kubernetes.io/name": "web" }),
  },
  values: { chart: "ingress" },
};

function failure(template: string, options: readonly string[] = ["missingkey=error"]): TemplateError {
  try {
    const text = goEngine.compile(template, "spec.template.metadata.name", { options }).render(params, newRowRun());
    throw new Error(`gave ${JSON.stringify(text)}`);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

describe("a failing template", () => {
  it("names field, line, column, action, the missing path and what to write", () => {
    const { message, details } = failure("a\n  é{{ .metadata.labels.evn }}");
    expect(message).toBe(
      'spec.template.metadata.name, line 2, column 7: map has no entry for key "evn" at <.metadata.labels.evn>' +
        " in {{ .metadata.labels.evn }}, did you mean .metadata.labels.env?",
    );
    expect(details).toEqual({
      field: "spec.template.metadata.name",
      line: 2,
      column: 7,
      action: "{{ .metadata.labels.evn }}",
      missing: "metadata.labels.evn",
      remedy: "did you mean .metadata.labels.env?",
    });
  });

  it.each([
    ["{{ .metadata.label.env }}", "did you mean .metadata.labels.env?"],
    ["{{ .labels.env }}", "did you mean .metadata.labels.env?"],
    ["{{ .env }}", "did you mean .metadata.labels.env?"],
    ["{{ .Name }}", "did you mean .name?"],
    ["{{ $x := .metadata }}{{ $x.labels.envv }}", "did you mean $x.labels.env?"],
    ['{{ (index . "metadata").label.env }}', 'did you mean (index . "metadata").labels.env?'],
    ["{{ .metadata.labels.cluster_role }}", 'did you mean index .metadata.labels "cluster-role"?'],
    ["{{ .metadata.labels.cluster-role }}", 'use index: index .metadata.labels "cluster-role"'],
    ["{{ .metadata.labels.app.kubernetes.io/name }}", 'use index: index .metadata.labels "app.kubernetes.io/name"'],
    ["{{ .something.quite.different }}", "use index or dig where the key may be missing"],
    ["{{ uper .name }}", "did you mean upper, or .uper for a parameter?"],
    ['{{ env "HOME" }}', "leave env out: templates cannot read the machine they run on"],
    ["{{ metadata.labels.env }}", "write .metadata for a parameter"],
    ["{{ $name := .name }}{{ $nam }}", "did you mean $name?"],
    ["{{ if true }}{{ $y := 1 }}{{ end }}{{ $y }}", "declare it with := in the same block"],
    ['{{ define "label" }}{{ end }}{{ template "labl" }}', 'did you mean "label"?'],
    ["{{ eq .n 3 }}", "parameters are float64: write 3.0 instead of 3, or convert with int"],
    ["{{ until .n }}", "convert it with int"],
    ["{{ range .n }}{{ end }}", "convert it with int"],
    ["{{ upper .n }}", "convert it with toString"],
    ["{{ upper .nul }}", "the value is null, give it a default"],
    ["{{ .nul.x }}", ".nul is null"],
    ["{{ .name.x }}", ".name is no map"],
    ["line\n{{ if .name }}\nx", "close with {{ end }} what was opened on line 2"],
    ["{{ $x = 1 }}", "declare it first with $x :="],
  ])("%s is told: %s", (template, remedy) => {
    const { message, details } = failure(template);
    expect(details.remedy).toBe(remedy);
    expect(message.endsWith(`, ${remedy}`)).toBe(true);
  });

  it.each([
    ["{{ .name }}{{ upper 5 }}", "line 1, column 21: expected string; found 5 at <5> in {{ upper 5 }}"],
    ["{{\n.name |\nupper .n }}", "line 3, column 1: wrong number of args for upper: want 1 got 2 at <upper>"],
    ['{{ fail "boom" }}', 'line 1, column 4: error calling fail: boom at <fail "boom"> in {{ fail "boom" }}'],
    ['{{ tpl "a\\n{{ .zz.y }}" . }}', 'for "a\\n{{ .zz.y }}": line 2, column 4: map has no entry for key "zz"'],
    ['{{ tpl "{{ .zz" . }}', 'cannot parse template "{{ .zz": line 1, column 7: unclosed action'],
    ["{{ .name", "line 1, column 9: unclosed action in {{ .name"],
    ["{{ if }}x{{ end }}", "line 1, column 7: missing value for if in {{ if }}"],
  ])("%s says where and what", (template, part) => {
    expect(failure(template).message).toContain(part);
  });

  it("gives nothing of what was rendered before", () => {
    expect(() => goEngine.compile("secret {{ .a.b }}", "spec").render({ a: 1 }, newRowRun())).toThrow(TemplateError);
  });

  it("refuses an unknown option by its name", () => {
    expect(failure("{{ .name }}", ["missingkey=bogus"]).message).toBe(
      'spec.template.metadata.name: unrecognized goTemplateOptions entry "missingkey=bogus",' +
        " use one of missingkey=default, missingkey=invalid, missingkey=zero, missingkey=error",
    );
  });

  it("never shows a value of the parameters", () => {
    const secret = "s3cr3t-value";
    const texts = [
      "{{ range .a }}{{ end }}",
      "{{ .a.b }}",
      "{{ index .a 99 }}",
      "{{ until .a }}",
      "{{ lt .a 1 }}",
      "{{ eq .m .m }}",
    ];
    for (const text of texts) {
      try {
        goEngine.compile(text, "spec").render({ a: secret, m: { k: secret } }, newRowRun());
        expect.unreachable();
      } catch (error) {
        expect((error as Error).message).not.toContain(secret);
      }
    }
  });
});
