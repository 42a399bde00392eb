import { describe, expect, it } from "vitest";
import {
  byteLength,
  fromBytes,
  normalizeBytes,
  sliceBytes,
  toBytes,
  toValidText,
} from "../../../templates/go/bytes.ts";
import { fc } from "../../support/properties.ts";

describe("strings that stand for bytes", () => {
  it("give any bytes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const text = fromBytes(bytes);
        expect(toBytes(text)).toEqual(bytes);
        expect(byteLength(text)).toBe(bytes.length);
      }),
    );
  });

  it("cut characters, and join them again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 8 }), fc.nat(), (text, at) => {
        const cut = at % (byteLength(text) + 1);
        expect(normalizeBytes(sliceBytes(text, 0, cut) + sliceBytes(text, cut))).toBe(text);
      }),
    );
  });

  it.each([
    [[0xff], "\udcff"],
    [[0xc3, 0x28], "\udcc3("],
    [[0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    [[0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    [[0xc0, 0x80], "\udcc0\udc80"],
    [[0xe2, 0x9c, 0x93, 0xe2], "✓\udce2"],
  ])("%j is no UTF-8 and keeps its bytes", (bytes, want) => {
    expect(fromBytes(Uint8Array.from(bytes))).toBe(want);
  });

  it("leave the engine as valid text", () => {
    expect(toValidText("a\udcffb")).toBe("a\ufffdb");
    expect(toValidText("\udcc3\udca9")).toBe("é");
    expect(toValidText("plain ✓ 😀")).toBe("plain ✓ 😀");
  });
});
