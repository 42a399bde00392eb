import { describe, expect, it } from "vitest";
import { newRowRun } from "../../../templates/engine.ts";
import { goEngine } from "../../../templates/go/engine.ts";
import { failure, render } from "./support.ts";

const shapes: readonly (readonly [string, RegExp])[] = [
  ["{{ randAlphaNum 40 }}", /^[0-9A-Za-z]{40}$/],
  ["{{ randAlpha 40 }}", /^[A-Za-z]{40}$/],
  ["{{ randNumeric 40 }}", /^[0-9]{40}$/],
  ["{{ randAscii 40 }}", /^[ -~]{40}$/],
  ["{{ randBytes 30 }}", /^[A-Za-z0-9+/]{40}$/],
  ["{{ randAlpha -1 }}", /^$/],
  ["{{ randInt -3 -1 }}", /^-[23]$/],
  ["{{ randInt -9223372036854775808 -9223372036854775807 }}", /^-9223372036854775808$/],
  ["{{ uuidv4 }}", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ["{{ now }}", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC m=\+\d+\.\d{9}$/],
  ["{{ now.UTC }}", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC$/],
  ["{{ ago now }}", /^0s$/],
  ['{{ ago (dateModify "-90m" now) }}', /^1h30m0s$/],
  ['{{ durationRound (dateModify "-90m" now) }}', /^1h$/],
  ['{{ htpasswd "u" "p" }}', /^u:\$2a\$10\$[./A-Za-z0-9]{53}$/],
  ['{{ bcrypt (repeat 73 "a") }}', /password length exceeds 72 bytes$/],
];

describe("values that differ from call to call", () => {
  it.each(shapes)("%s has its form", (text, form) => {
    expect(render(text)).toMatch(form);
  });

  it("shuffles without losing a character", () => {
    const shuffled = render('{{ shuffle "aabbccé😀" }}');
    expect([...shuffled].sort().join("")).toBe("aabbccé😀");
  });

  it("refuses an empty range", () => {
    expect(failure("{{ randInt 5 5 }}")).toMatch(/invalid argument to Intn/);
    expect(failure("{{ randBytes -1 }}")).toMatch(/out of range/);
  });

  it.each([
    ["{{ now | date `2006` }}", true],
    ["{{ randAlpha 3 }}", true],
    ["{{ htmlDate `no date` }}", true],
    ["{{ durationRound now }}", true],
    ["{{ genPrivateKey `ecdsa` }}", true],
    ["{{ if false }}{{ now }}{{ end }}", false],
    ["{{ date `2006` 0 }}", false],
    ["{{ sha256sum `x` }}", false],
    ["{{ derivePassword 1 `pin` `a` `b` `c` }}", false],
  ])("%s marks the row: %s", (text, marked) => {
    const run = newRowRun();
    goEngine.compile(text, "text").render({}, run);
    expect(run.nonDeterministic).toBe(marked);
  });
});
