import { fn, method, type Overload } from "../overload.ts";
import { quantityType } from "../type-names.ts";
import { boolType, doubleType, intType, stringType } from "../types.ts";
import { EvaluationError, Extension } from "../values.ts";

/** An amount of a resource, in billionths: finer than that no quantity goes. */
class Quantity extends Extension {
  readonly typeName = quantityType.name;
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }

  equals(other: Extension): boolean {
    return other instanceof Quantity && other.nanos === this.nanos;
  }
}

const billion = 1_000_000_000n;
const form = /^([+-]?)(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;
const longest = 128;
const mostExponent = 60;
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal: { readonly [suffix: string]: number } = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** The billionths of a quantity, rounded away from zero; undefined for what is none. */
function nanosOf(text: string): bigint | undefined {
  const match = text.length > longest ? null : form.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const power = binary.indexOf(suffix) + 1;
  const exponent = /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
  if (Math.abs(exponent) > mostExponent) return undefined;
  const units = BigInt(whole + fraction || "0") * 1024n ** BigInt(power);
  const shift = 9 - fraction.length + exponent;
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  const nanos = shift >= 0 ? units * 10n ** BigInt(shift) : (units + divisor - 1n) / divisor;
  return sign === "-" ? -nanos : nanos;
}

const wrongForm = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

function parse(text: string): Quantity {
  const nanos = nanosOf(text);
  if (nanos !== undefined) return new Quantity(nanos);
  const hasForm = /^[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*$/.test(text);
  throw new EvaluationError(hasForm && /^[+-]?(\d+\.?\d*|\.\d+)(?![\d.])/.test(text) ? wrongSuffix : wrongForm);
}

function isInteger({ nanos }: Quantity): boolean {
  const value = nanos / billion;
  return nanos % billion === 0n && value >= -(2n ** 63n) && value < 2n ** 63n;
}

function asInteger(quantity: Quantity): bigint {
  if (!isInteger(quantity)) throw new EvaluationError("cannot convert value to integer");
  return quantity.nanos / billion;
}

function asFloat({ nanos }: Quantity): number {
  const whole = nanos / billion;
  return Number(
    `${whole === 0n && nanos < 0n ? "-0" : whole}.${String(nanos < 0n ? -nanos % billion : nanos % billion).padStart(9, "0")}`,
  );
}

function compare(left: Quantity, right: Quantity): bigint {
  if (left.nanos === right.nanos) return 0n;
  return left.nanos < right.nanos ? -1n : 1n;
}

const two = [quantityType, quantityType];

/** Amounts of resources. */
export const quantities: readonly Overload[] = [
  fn("quantity", "string_to_quantity", [stringType], quantityType, parse),
  fn("isQuantity", "is_quantity_string", [stringType], boolType, (text: string) => nanosOf(text) !== undefined),
  fn("sign", "quantity_sign", [quantityType], intType, (one: Quantity) => compare(one, new Quantity(0n))),
  method("isGreaterThan", "quantity_is_greater_than", two, boolType, (x: Quantity, y: Quantity) => compare(x, y) > 0n),
  method("isLessThan", "quantity_is_less_than", two, boolType, (x: Quantity, y: Quantity) => compare(x, y) < 0n),
  method("compareTo", "quantity_compare_to", two, intType, compare),
  method("asApproximateFloat", "quantity_get_float", [quantityType], doubleType, asFloat),
  method("asInteger", "quantity_get_int", [quantityType], intType, asInteger),
  method("isInteger", "quantity_is_integer", [quantityType], boolType, isInteger),
  method("add", "quantity_add", two, quantityType, (x: Quantity, y: Quantity) => new Quantity(x.nanos + y.nanos)),
  method(
    "add",
    "quantity_add_int",
    [quantityType, intType],
    quantityType,
    (x: Quantity, y: bigint) => new Quantity(x.nanos + y * billion),
  ),
  method("sub", "quantity_sub", two, quantityType, (x: Quantity, y: Quantity) => new Quantity(x.nanos - y.nanos)),
  method(
    "sub",
    "quantity_sub_int",
    [quantityType, intType],
    quantityType,
    (x: Quantity, y: bigint) => new Quantity(x.nanos - y * billion),
  ),
];
