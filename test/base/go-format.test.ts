import { describe, expect, it } from "vitest";
import { compareBytes, sortedKeys, toBytes } from "../../src/base/go-bytes.ts";
import { type FloatFormat, formatFloat, formatGoValue } from "../../src/base/go-format.ts";
import { stringList, stringMap, type Value } from "../../src/base/values.ts";
import { fc } from "../support/properties.ts";

describe("values as Go's %v prints them", () => {
  it.each<readonly [string, Value]>([
    ["1e+06", 1_000_000],
    ["999999", 999_999],
    ["-1e+06", -1_000_000],
    ["1.23456789012e+11", 123_456_789_012],
    ["0.0001", 0.0001],
    ["1e-05", 0.00001],
    ["1.5", 1.5],
    ["-0", -0],
    ["1e+21", 1e21],
    ["1e+18", 10n ** 18n],
    ["<nil>", null],
    ["true", true],
    ["text", "text"],
    ["map[a:[1 <nil> x] b:2]", { b: 2, a: [1, null, "x"] }],
    ["map[a:2 z:1]", stringMap({ z: "1", a: "2" })],
    ["[a b]", stringList(["a", "b"])],
    ["map[10:1 9:2 B:3 _:4 a:5 é:6]", { "10": 1, "9": 2, B: 3, _: 4, a: 5, é: 6 }],
  ])("%s", (want, value) => {
    expect(formatGoValue(value)).toBe(want);
  });
});

describe("floats as strconv.FormatFloat writes them", () => {
  it.each<readonly [number, FloatFormat, number, string]>([
    [2.5, "f", 0, "2"],
    [3.5, "f", 0, "4"],
    [0.1, "f", 20, "0.10000000000000000555"],
    [1e23, "f", 0, "99999999999999991611392"],
    [5e-324, "e", -1, "5e-324"],
    [5e-324, "e", 10, "4.9406564584e-324"],
    [1.7976931348623157e308, "g", -1, "1.7976931348623157e+308"],
    [0.00012345, "g", 3, "0.000123"],
    [1234.5, "G", 3, "1.23E+03"],
    [100, "g", 3, "100"],
    [0, "e", 2, "0.00e+00"],
    [1, "x", -1, "0x1p+00"],
    [1.999, "x", 0, "0x1p+01"],
    [0.15625, "X", 2, "0X1.40P-03"],
    [1, "b", -1, "4503599627370496p-52"],
    [Number.NaN, "f", 2, "NaN"],
    [Number.NEGATIVE_INFINITY, "g", -1, "-Inf"],
  ])("%d as %s with precision %d is %s", (value, format, precision, want) => {
    expect(formatFloat(value, format, precision)).toBe(want);
  });

  it("read back as the same number in the shortest form", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom("e" as const, "g" as const, "f" as const),
        (value, format) => {
          expect(Object.is(Number(formatFloat(value, format)), value)).toBe(true);
        },
      ),
    );
  });
});

describe("strings as bytes", () => {
  it("orders by bytes, where an emoji follows U+FFFF", () => {
    expect(sortedKeys({ "😀": 1, "\uffff": 1, é: 1, a: 1, "": 1 })).toEqual(["", "a", "é", "\uffff", "😀"]);
  });

  it("agrees with the order of the encoded bytes", () => {
    const text = fc.string({ unit: "binary", maxLength: 6 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(toBytes(a), toBytes(b)));
      }),
    );
  });
});
