import { describe, expect, it } from "vitest";
import type { Params } from "../../../src/base/values.ts";
import { render } from "./support.ts";

const hostile: Params = JSON.parse('{"m": {"__proto__": {"polluted": "yes"}, "constructor": "mine"}}');

describe("keys that JavaScript gives a meaning", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])("%s is an ordinary key", (key) => {
    expect(render(`{{ $d := dict "${key}" 1 }}{{ $d }} {{ get $d "${key}" }} {{ hasKey $d "${key}" }}`)).toBe(
      `map[${key}:1] 1 true`,
    );
    expect(render(`{{ get (dict) "${key}" }}|{{ hasKey (dict) "${key}" }}|{{ dig "${key}" "none" (dict) }}`)).toBe(
      "|false|none",
    );
    expect(render(`{{ pluck "${key}" (dict) . }}{{ pick . "${key}" }}{{ omit (dict "a" 1) "${key}" }}`)).toBe(
      "[]map[]map[a:1]",
    );
  });

  it("can be set on parameters without reaching a prototype", () => {
    expect(render('{{ $_ := set . "__proto__" (dict "polluted" "yes") }}{{ keys . }} {{ .polluted }}')).toBe(
      "[__proto__] <no value>",
    );
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it.each(["merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"])("pass through %s", (name) => {
    const text = `{{ $d := ${name} (dict "__proto__" (dict "a" 1)) .m }}{{ toJson $d }} {{ toJson (deepCopy $d) }}`;
    const merged = '{"__proto__":{"a":1,"polluted":"yes"},"constructor":"mine"}';
    expect(render(text, structuredClone(hostile))).toBe(`${merged} ${merged}`);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it("come through JSON and YAML", () => {
    const json = '{"__proto__":{"a":1},"constructor":2}';
    expect(render("{{ fromJson .j | toJson }} {{ fromYaml .j | toJson }} {{ (fromJson .j).a }}", { j: json })).toBe(
      `${json} ${json} <no value>`,
    );
    expect(render("{{ fromJson .j | toYaml }}", { j: json })).toBe("__proto__:\n  a: 1\nconstructor: 2");
  });

  it("are no time zones, keys of layouts or password kinds", () => {
    expect(render('{{ dateInZone "MST" 0 "__proto__" }} {{ dateInZone "MST" 0 "constructor" }}')).toBe("UTC UTC");
    expect(render('{{ derivePassword 1 "constructor" "p" "u" "s" }}')).toBe(
      "cannot find password template constructor",
    );
    expect(render('{{ durationRound "1toString" }}')).toBe("0s");
  });
});

describe("values are shared as in Go", () => {
  it("set, unset and merge change the parameters", () => {
    const params = { m: { a: 1 } };
    render('{{ $_ := set .m "b" 2 }}{{ $_ := unset .m "a" }}{{ $_ := merge .m (dict "c" 3) }}', params);
    expect(Object.keys(params.m).sort()).toEqual(["b", "c"]);
  });

  it("sorting a list of strings sorts that list, sorting any other makes a new one", () => {
    expect(render('{{ $l := splitList "," "b,a" }}{{ $_ := sortAlpha $l }}{{ $l }}')).toBe("[a b]");
    expect(render('{{ $l := list "b" "a" }}{{ $_ := sortAlpha $l }}{{ $l }}')).toBe("[b a]");
  });

  it("a nil map reads as empty, is null in JSON and takes no key", () => {
    expect(
      render('{{ $d := unset .missing "a" }}{{ $d }} {{ toJson $d }} {{ keys $d }} {{ merge $d (dict "a" 1) }}'),
    ).toBe("map[] null [] map[a:1]");
    expect(() => render('{{ set .missing "a" 1 }}')).toThrow(/nil map/);
  });
});
