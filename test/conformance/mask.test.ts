import { expect, it } from "vitest";
import { mask } from "./mask.ts";

const older = { manager: "b", time: "2026-01-01T00:00:00Z" };
const newer = { manager: "a", time: "2026-01-01T00:00:01Z" };

function refusal(...managedFields: readonly object[]): object {
  const object = JSON.stringify({ metadata: { name: "x", managedFields } });
  return { message: ` "" is invalid: patch: Invalid value: ${JSON.stringify(object)}: strict decoding error` };
}

it("gives managers no order, in objects that a message quotes too", () => {
  expect(mask(refusal(older, newer))).toEqual(mask(refusal(newer, older)));
  expect(mask({ managedFields: [older, newer] })).toEqual(mask({ managedFields: [newer, older] }));
});

it("leaves other quotes as they are", () => {
  const message = 'managedFields: Invalid value: "{broken": no "quotes" to sort';
  expect(mask({ message })).toEqual({ message });
});
