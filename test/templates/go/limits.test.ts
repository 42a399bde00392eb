import { describe, expect, it } from "vitest";
import { type CompiledText, defaultLimits, type Limits, newRowRun, TemplateError } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";

const double = (start: string, step: string, times = 40) => `{{ $x := ${start} }}${`{{ $x = ${step} }}`.repeat(times)}`;
const nested = (times: number) => `{{ $x := 1 }}{{ range ${times} }}{{ $x = list $x }}{{ end }}`;

/** Templates that would run, grow or nest without end. Each fails with the limit's own words. */
const hostile: readonly (readonly [what: string, template: string, message: RegExp])[] = [
  ["a long loop", "{{ range 2000000 }}{{ end }}", /more than 1000000 steps at <2000000> in {{ range 2000000 }}/],
  ["loops in loops", "{{ range 2000 }}{{ range 2000 }}{{ end }}{{ end }}", /more than 1000000 steps/],
  ["a long result", "{{ range 900000 }}0123456789{{ end }}", /renders to more than 4194304 bytes/],
  [
    "templates that call themselves",
    '{{ define "t" }}{{ template "t" . }}{{ end }}{{ template "t" . }}',
    /template depth \(100\)/,
  ],
  [
    "templates that call each other",
    '{{ define "a" }}{{ template "b" . }}{{ end }}{{ define "b" }}{{ template "a" . }}{{ end }}{{ template "a" }}',
    /template depth/,
  ],
  ["tpl in tpl", '{{ $_ := set . "t" "{{ tpl .t . }}" }}{{ tpl .t . }}', /maximum recursion depth 3 exceeded/],
  [
    "many calls of tpl",
    '{{ range 100000 }}{{ tpl "{{ range 1000 }}x{{ end }}" . }}{{ end }}',
    /more than 1000000 steps/,
  ],
  ["a text that doubles", double('"0123456789"', 'printf "%s%s" $x $x'), /larger than 4194304 bytes|too large/],
  ["a list that doubles", double("list 1 2 3", "concat $x $x"), /more than 1000000 steps/],
  ["lists that share parts, printed", `${double("list 1 2", "list $x $x")}{{ $x }}`, /too large to print/],
  [
    "lists that share parts, as JSON",
    `${double("list 1 2", "list $x $x")}{{ mustToJson $x }}`,
    /more than 1000000 steps|bytes/,
  ],
  ["a map in itself, printed", '{{ $_ := set . "a" . }}{{ . }}', /nested more than 1000 levels deep or holds itself/],
  ["a map in itself, copied", '{{ $_ := set . "a" . }}{{ deepCopy . }}', /nested|steps/],
  ["values nested deeply", `${nested(100_000)}{{ $x }}`, /nested more than 1000 levels/],
  ["a wide format", '{{ printf "%9000000d" 1 }}', /too large|larger than 4194304 bytes/],
  ["a wide format in a loop", '{{ range 100000 }}{{ $x := printf "%1000000d" 1 }}{{ end }}', /more than 1000000 steps/],
  ["a list of all numbers", "{{ until 100000000 }}", /more than 1000000 steps/],
  ["a repeated text", '{{ repeat 100000000 "abc" }}', /4194304 bytes/],
  ["a wide indent", '{{ indent 100000000 "a" }}', /4194304 bytes/],
  [
    "texts gathered in a list",
    '{{ $l := list }}{{ range 100000 }}{{ $l = append $l (repeat 100000 "x") }}{{ end }}',
    /steps/,
  ],
  ["parentheses", `{{ ${"(".repeat(100_000)}1${")".repeat(100_000)} }}`, /nested more than 500 levels deep/],
  ["blocks", `${"{{ if true }}".repeat(10_000)}${"{{ end }}".repeat(10_000)}`, /nested more than 500 levels deep/],
  ["a pipeline", `{{ 1${" | print".repeat(10_000)} }}`, /more than 500 stages/],
  ["a template", `{{ 1 }}${"x".repeat(3 << 20)}`, /longer than 2097152 characters/],
];

function attempt(template: string, limits: Limits = defaultLimits): unknown {
  try {
    return goEngine.compile(template, "spec.template").render({ name: "x" }, newRowRun(limits));
  } catch (error) {
    return error;
  }
}

describe("limits of one row", () => {
  it.each(hostile)("stop %s within its time and memory", (_what, template, message) => {
    const before = process.memoryUsage().rss;
    const error = attempt(template);
    const started = process.cpuUsage();
    expect(attempt(template)).toEqual(error);
    const { user, system } = process.cpuUsage(started);
    const megabytes = (process.memoryUsage().rss - before) / 1e6;
    expect(error).toBeInstanceOf(TemplateError);
    expect((error as TemplateError).message).toMatch(message);
    // Processor time, since others may use the machine.
    expect((user + system) / 1e6).toBeLessThan(1.5);
    expect(megabytes).toBeLessThan(200);
  });

  it("stop a row when its time is over", () => {
    const limits = { ...defaultLimits, maxSteps: 1e12, maxMillis: 50 };
    const error = attempt("{{ range 1000000000 }}{{ $x := len $.name }}{{ end }}", limits);
    expect(error).toBeInstanceOf(TemplateError);
    expect((error as TemplateError).message).toContain("the row takes longer than 50 ms");
  });

  it("stop a text that would take the output of a row over its limit", () => {
    const run = newRowRun({ ...defaultLimits, maxOutputBytes: 10 });
    const text: CompiledText = goEngine.compile("{{ .name }}", "spec.template");
    expect(text.render({ name: "éééé" }, run)).toBe("éééé");
    expect(run.outputBytes).toBe(8);
    expect(() => text.render({ name: "éé" }, run)).toThrow("the row renders to more than 10 bytes");
  });

  it("count the steps of all texts of a row together", () => {
    const run = newRowRun({ ...defaultLimits, maxSteps: 100 });
    const text = goEngine.compile("{{ range 60 }}{{ end }}", "spec.template");
    text.render({}, run);
    expect(() => text.render({}, run)).toThrow("the row takes more than 100 steps");
  });

  it("leave what real templates do alone", () => {
    const run = newRowRun();
    const text = goEngine.compile("{{ range $i := until 2000 }}- name: n{{ $i }}\n{{ end }}", "spec.templatePatch");
    expect(text.render({}, run).split("\n")).toHaveLength(2001);
    expect(run.steps).toBeLessThan(defaultLimits.maxSteps / 100);
  });
});
