import { formatGoFloat } from "../../src/base/go-format.ts";
import { Printer } from "./printer.ts";
import type { GoValue } from "./values.ts";

export { goTypeOf, kindOf } from "./go-types.ts";
export { sprintf } from "./printf.ts";

/**
 * Go's `%v`: `1e+06`, `map[a:1 b:2]` with keys in byte order, `[a b]`, `<nil>`. Throws an `Error` for a value that holds
 * itself or prints to more than 4 Mi characters.
 */
export function formatValue(value: GoValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatGoFloat(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  const printer = new Printer();
  printer.print(value, "v");
  return printer.text;
}

/** Go's `fmt.Sprint`: `%v` of each, with a space between two that are both no strings. */
export function sprint(args: readonly GoValue[]): string {
  const printer = new Printer();
  let wasString = false;
  args.forEach((arg, index) => {
    const isString = typeof arg === "string";
    if (index > 0 && !isString && !wasString) printer.write(" ");
    printer.print(arg, "v");
    wasString = isString;
  });
  return printer.text;
}

/** Go's `fmt.Sprintln`: `%v` of each, always a space between, and a newline at the end. */
export function sprintln(args: readonly GoValue[]): string {
  const printer = new Printer();
  args.forEach((arg, index) => {
    if (index > 0) printer.write(" ");
    printer.print(arg, "v");
  });
  printer.write("\n");
  return printer.text;
}
