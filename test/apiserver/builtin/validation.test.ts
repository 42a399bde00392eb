import { describe, expect, it } from "vitest";
import { builtinResources } from "../../../src/apiserver/builtin/builtin.ts";
import { compareQuantities } from "../../../src/apiserver/builtin/quantity.ts";
import { builtinValidations } from "../../../src/apiserver/builtin/validation/validations.ts";
import type { KubeObject } from "../../../src/apiserver/resources.ts";
import { invalidObject } from "../../../src/apiserver/validation/field-error.ts";
import { metadataErrors } from "../../../src/apiserver/validation/object-meta.ts";
import defaults from "../../vectors/apiserver/defaults.json" with { type: "json" };
import recorded from "../../vectors/apiserver/invalid.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  readonly message: string;
}

const cases = recorded.cases as unknown as readonly Case[];

function definitionOf({ apiVersion = "", kind = "" }: KubeObject) {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const found = builtinResources().find((one) => one.group === group && one.version === version && one.kind === kind);
  if (found === undefined) throw new Error(`no built-in kind ${apiVersion} ${kind}`);
  return found;
}

function prepared(object: KubeObject, previous?: KubeObject): KubeObject {
  const metadata = { ...object.metadata, uid: "u-1" };
  return definitionOf(object).prepare?.({ ...object, metadata }, previous) ?? object;
}

/** The refusal of an object, or "" when it is fine. */
function refusal(object: KubeObject, before?: KubeObject): string {
  const { kind, group } = definitionOf(object);
  const previous = before === undefined ? undefined : prepared(before);
  const next = prepared(object, previous);
  const errors = [
    ...metadataErrors({ labels: next.metadata?.labels ?? {}, name: "x" }, false, () => []),
    ...(builtinValidations[`${kind}.${group}`]?.(next, previous) ?? []),
  ];
  return errors.length === 0 ? "" : invalidObject({ group, kind }, object.metadata?.name ?? "", errors).message;
}

describe("what a real server refuses is refused in its words", () => {
  // A changed claim's refusal goes on with a textual difference of Go structs.
  it.each(cases)("$name", ({ object, previous, message }) => {
    expect(refusal(object, previous)).toBe(message.split("\n")[0]);
  });
});

describe("what a real server admits is admitted", () => {
  it.each(
    defaults.cases.map(({ given }) => ({ name: `${given.kind} ${given.metadata.name}`, given: given as KubeObject })),
  )("$name", ({ given }) => {
    expect(refusal(given)).toBe("");
    expect(refusal(given, given)).toBe("");
  });
});

describe("compareQuantities", () => {
  it.each([
    ["1", "1000m", 0],
    ["2", "1", 1],
    ["500m", "1", -1],
    ["1Gi", "1G", 1],
    ["1024Mi", "1Gi", 0],
    ["1e3", "1k", 0],
    ["-1", "1", -1],
    ["text", "1", 0],
  ])("%s against %s", (a, b, want) => expect(Math.sign(compareQuantities(a, b))).toBe(want));
});
