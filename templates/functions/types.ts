import { goTypeOf, kindOf } from "../go/go-types.ts";
import { DeepComparer } from "./deep-equal.ts";
import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";

/** Types, under their Go names. */
export const typeFunctions: FunctionTable = {
  typeOf: define(
    "func(any) string",
    "the Go type: `float64`, `string`, `map[string]interface {}`, `[]interface {}`",
    ([value]) => goTypeOf(value),
  ),
  typeIs: define(
    "func(string, any) bool",
    "whether the value is of that Go type",
    ([type, value]) => goTypeOf(value) === type,
  ),
  typeIsLike: define("func(string, any) bool", "as `typeIs`, or a pointer to that type", ([type, value]) => {
    const found = goTypeOf(value);
    return found === type || found === `*${type}`;
  }),
  kindOf: define("func(any) string", "the Go kind: `float64`, `string`, `map`, `slice`, `invalid` for nil", ([value]) =>
    kindOf(value),
  ),
  kindIs: define(
    "func(string, any) bool",
    "whether the value is of that Go kind",
    ([kind, value]) => kindOf(value) === kind,
  ),
  deepEqual: define(
    "func(any, any) bool",
    "whether both values are the same, types too (3 of the parameters is no literal 3)",
    ([a, b], context) => new DeepComparer(context).equal(a, b),
  ),
};
