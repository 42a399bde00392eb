import { describe, expect, it } from "vitest";
import { failure, render } from "./support.ts";

/** Makes a list of lists that prints to 2^60 items but holds only 60. */
const shared = "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}";
/** A map that holds itself. */
const cycle = '{{ $d := dict }}{{ $_ := set $d "self" $d }}';
const otherCycle = '{{ $e := dict }}{{ $_ := set $e "self" $e }}';

const sizes: readonly (readonly [string, RegExp])[] = [
  ['{{ repeat 1000000000 "a" }}', /larger than 4194304 bytes/],
  ['{{ indent 100000000 "a\\nb" }}', /larger than 4194304 bytes/],
  ['{{ nindent 9999999999 "a" }}', /larger than 4194304 bytes/],
  ["{{ randAlpha 100000000 }}", /larger than 4194304 bytes/],
  ["{{ randBytes 1000000000 }}", /larger than 4194304 bytes/],
  ['{{ $s := "a" }}{{ range until 60 }}{{ $s = cat $s $s }}{{ end }}', /larger than 4194304 bytes/],
  ['{{ $s := "a" }}{{ range until 60 }}{{ $s = replace "a" "aaaa" $s }}{{ end }}', /larger than 4194304 bytes/],
  ['{{ $s := "a" }}{{ range until 60 }}{{ $s = join $s (list 1 2 3) }}{{ end }}', /larger than 4194304 bytes/],
  ['{{ wrapWith 1 "xxxxxxxx" (repeat 600000 "a") }}', /larger than|more than/],
  [`${shared}{{ toJson $l }}`, /larger than 4194304 bytes/],
  [`${shared}{{ toPrettyJson $l }}`, /larger than 4194304 bytes/],
];

const steps: readonly (readonly [string, RegExp])[] = [
  ["{{ until 100000000 }}", /more than 1000000 steps/],
  ["{{ until -100000000 }}", /more than 1000000 steps/],
  ["{{ untilStep 0 9223372036854775807 1 }}", /more than 1000000 steps/],
  ["{{ seq 1000000000 }}", /more than 1000000 steps/],
  ["{{ $l := list 1 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}", /more than 1000000 steps/],
  [`${shared}{{ toYaml $l }}`, /more than 1000000 steps/],
  [`${shared}{{ deepCopy $l }}`, /more than 1000000 steps/],
  ['{{ split "" (repeat 1000000 "a") | len }}', /more than 1000000 steps/],
  ["{{ uniq (until 100000) | len }}", /more than 1000000 steps/],
  ['{{ range until 100 }}{{ bcrypt "x" }}{{ end }}', /more than 1000000 steps|longer than/],
];

const patterns: readonly (readonly [string, RegExp])[] = [
  ['{{ regexMatch (repeat 20000 "a?") "a" }}', /longer than 10000 characters/],
  ['{{ regexMatch "[[:alpha:]]{1000}[[:alpha:]]{1000}" (repeat 1000000 "a") }}', /more than 1000000 steps/],
  ['{{ semverCompare (repeat 4000 "1 ") "1.0.0" }}', /longer than 4096 characters/],
];

const nesting: readonly (readonly [string, RegExp])[] = [
  [`${cycle}{{ $d }}`, /holds itself/],
  [`${cycle}{{ quote $d }}`, /holds itself/],
  [`${cycle}{{ mustToJson $d }}`, /cycle/],
  [`${cycle}{{ toYaml $d }}`, /holds itself/],
  [`${cycle}{{ deepCopy $d }}`, /holds itself/],
  [`${cycle}${otherCycle}{{ merge $d $e }}`, /hold themselves/],
  [`${cycle}${otherCycle}{{ deepEqual $d $e }}`, /hold themselves/],
  [
    '{{ fromJson (repeat 100000 "[") | toJson }}{{ mustFromJson (printf "%s%s" (repeat 5000 "[") (repeat 5000 "]")) }}',
    /nested/,
  ],
  ['{{ fromYaml (repeat 100000 "[") }}', /nest/i],
];

describe.each([
  { kind: "size", cases: sizes },
  { kind: "work", cases: steps },
  { kind: "patterns", cases: patterns },
  { kind: "nesting", cases: nesting },
])("limits on $kind", ({ cases }) => {
  it.each(cases)("stops %s", (text, message) => {
    expect(failure(text)).toMatch(message);
  });
});

describe("what is within the limits", () => {
  it("is done", () => {
    expect(render('{{ repeat 1000000 "ab" | len }}')).toBe("2000000");
    expect(render("{{ until 10000 | len }}")).toBe("10000");
    expect(render('{{ regexReplaceAll "[^a-z]+" (repeat 1000 "a1b2 ") "-" | len }}')).toBe("4000");
    expect(render(`${cycle}{{ toJson $d }}|`)).toBe("|");
  });

  it("stops a regular expression that looks at everything for each character", () => {
    const text = '{{ regexReplaceAll "(a.*)?z|a" (repeat 200000 "a") "x" | len }}';
    expect(failure(text)).toMatch(/more than 1000000 steps|longer than/);
  });
});
