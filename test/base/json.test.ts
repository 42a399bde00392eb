import { describe, expect, it } from "vitest";
import { InvalidError } from "../../src/base/errors.ts";
import { formatJson, parseJson } from "../../src/base/json.ts";
import { fc } from "../support/properties.ts";

describe("parseJson", () => {
  it.each([
    ['{"a": 9007199254740993}', { a: 9007199254740993n }],
    ['{"a": [-9007199254740993, 1.2345678901234567]}', { a: [-9007199254740993n, 1.2345678901234567] }],
    ['{"a": "9007199254740993", "b": 1}', { a: "9007199254740993", b: 1 }],
    ['{"a": "\\"9007199254740993"}', { a: '"9007199254740993' }],
    ['{"a": 9007199254740992}', { a: 9007199254740992n }],
    ['{"a": 1e100}', { a: 1e100 }],
  ])("reads %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it("names file, line and column, and never the text", () => {
    const attempt = (): unknown => parseJson('{\n  "token": "s3cret" x}', { file: "secret.json" });
    expect(attempt).toThrow(InvalidError);
    expect(attempt).toThrow(/^secret\.json, line 2, column 21: not valid JSON$/);
  });

  it.each([["{"], [""], ["s3cret"], ['{"a": 1e999}'], ['{"a": 9007199254740993,}']])("refuses %j", (text) => {
    expect(() => parseJson(text)).toThrow(InvalidError);
    expect(() => parseJson(text)).not.toThrow(/s3cret/);
  });
});

describe("formatJson", () => {
  it("writes bigints as digits", () => {
    expect(formatJson({ a: [2n ** 64n - 1n, "1n"], b: -(2n ** 63n) })).toBe(
      '{"a":[18446744073709551615,"1n"],"b":-9223372036854775808}',
    );
    expect(formatJson({ a: 2n ** 60n }, 2)).toBe('{\n  "a": 1152921504606846976\n}');
  });

  it("gives back what it wrote", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 64n }), (value, large) => {
        const whole = { value: JSON.parse(JSON.stringify(value)), large };
        expect(formatJson(parseJson(formatJson(whole)))).toBe(formatJson(whole));
      }),
      { numRuns: 500 },
    );
  });
});
