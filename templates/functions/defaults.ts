import type { GoValue } from "../go/values.ts";
import { define } from "./define.ts";
import { isEmpty } from "./empty.ts";
import type { FunctionTable } from "./function.ts";

/** Defaults and choices. Empty are nil, false, 0, and text, lists and maps without anything in them. */
export const defaultFunctions: FunctionTable = {
  default: define(
    "func(any, ...any) any",
    "the second value, the first where that is empty or missing",
    ([fallback, ...given]) => (given.length === 0 || isEmpty(given[0]) ? fallback : given[0]),
  ),
  empty: define("func(any) bool", "whether the value is empty", ([value]) => isEmpty(value)),
  coalesce: define(
    "func(...any) any",
    "the first value that is not empty, else nil",
    (values) => values.find((value) => !isEmpty(value)) ?? null,
  ),
  all: define("func(...any) bool", "whether no value is empty", (values) => !values.some(isEmpty)),
  any: define("func(...any) bool", "whether a value is not empty", (values) =>
    values.some((value: GoValue) => !isEmpty(value)),
  ),
  ternary: define(
    "func(any, any, bool) any",
    "the first value if the third is true, else the second",
    ([yes, no, condition]) => (condition ? yes : no),
  ),
};
