import { isStringMap, stringList, stringMap } from "../../src/base/values.ts";
import type { ParamType } from "../functions/function.ts";
import { GoComplex } from "./complex.ts";
import { ValueFault } from "./fault.ts";
import { goTypeOf, isGoMap, isList, listTypeOf } from "./go-types.ts";
import type { NumberLiteral } from "./literal.ts";
import type { Operand } from "./node.ts";
import { GoInt, type GoValue, markList, nilMap } from "./values.ts";

/** What a function receives: the engine's integers arrive as bigint where the parameter has an integer type. */
export type Argument = GoValue | bigint;

/** The parameter types as Go's messages name them. */
const goNames: { readonly [K in ParamType]: string } = {
  string: "string",
  bool: "bool",
  float64: "float64",
  int: "int",
  int64: "int64",
  uint32: "uint32",
  uint64: "uint64",
  map: "map[string]interface {}",
  list: "[]interface {}",
  stringMap: "map[string]string",
  stringList: "[]string",
  time: "time.Time",
  duration: "time.Duration",
  certificate: "sprig.certificate",
  any: "interface {}",
};

/** Methods may have parameters of further types, under their Go names. */
function goName(type: ParamType): string {
  return Object.hasOwn(goNames, type) ? goNames[type] : type;
}

/**
 * Converts a computed value to a parameter's type: it must have that very type, nothing is converted between numbers and
 * strings. A missing value becomes the nil of a type that has one. Throws an `ValueFault` as Go words it.
 */
export function convertValue(value: GoValue, type: ParamType): Argument {
  switch (type) {
    case "any":
      return value === undefined ? null : value;
    case "int":
    case "int64":
    case "uint32":
    case "uint64":
      return value instanceof GoInt && value.kind === type ? value.value : refuse(value, type);
    case "map":
    case "stringMap":
    case "list":
    case "stringList":
      return isCollection(value, type) ? value : nilOr(value, type);
    default:
      return goTypeOf(value) === goName(type) ? value : refuse(value, type);
  }
}

function isCollection(value: GoValue, type: "map" | "stringMap" | "list" | "stringList"): boolean {
  if (type === "list" || type === "stringList") return isList(value) && listTypeOf(value) === goNames[type];
  return isGoMap(value) && isStringMap(value) === (type === "stringMap");
}

function nilOr(value: GoValue, type: ParamType): GoValue {
  return value === undefined ? nilOf(type) : refuse(value, type);
}

/** The nil of a map or list type. */
function nilOf(type: ParamType): GoValue {
  if (type === "map") return nilMap;
  if (type === "stringMap") return stringMap([]);
  return type === "stringList" ? markList([...stringList([])], "nil []string") : markList([], "nil");
}

function refuse(value: GoValue, type: ParamType): never {
  if (value === undefined) {
    throw new ValueFault(`invalid value; expected ${goName(type)}`, "give the missing value a default");
  }
  const got = value === null ? "interface {}" : goTypeOf(value);
  throw new ValueFault(`wrong type for value; expected ${goName(type)}; got ${got}`, conversionRemedy(value, type));
}

function conversionRemedy(value: GoValue, type: ParamType): string | undefined {
  if (value === null) return "the value is null, give it a default";
  const isNumber = typeof value === "number" || value instanceof GoInt;
  if (type === "string" && (isNumber || typeof value === "boolean")) return "convert it with toString";
  if ((type === "int" || type === "int64" || type === "float64") && (isNumber || typeof value === "string")) {
    return `convert it with ${type}`;
  }
  return undefined;
}

/**
 * Converts a literal to a parameter's type, when the template is compiled: `5.0`, `1e1` and `'c'` are integers where one is
 * wanted. Throws an `ValueFault` when the literal is of another kind; the failure counts only once it is reached.
 */
export function convertLiteral(operand: Operand, type: ParamType, source: string): Argument {
  if (operand.kind === "nil") return nilArgument(type);
  switch (type) {
    case "any":
      return constantValue(operand, source);
    case "string":
      return operand.kind === "string" ? operand.value : expected("string", source);
    case "bool":
      return operand.kind === "bool" ? operand.value : expected("bool", source);
    case "float64":
      return numberOf(operand)?.float ?? expected("float", source);
    case "int":
    case "int64":
      return numberOf(operand)?.int ?? expected("integer", source);
    case "uint64":
      return numberOf(operand)?.uint ?? expected("unsigned integer", source);
    case "uint32":
      return BigInt.asUintN(32, numberOf(operand)?.uint ?? expected("unsigned integer", source));
    default:
      throw new ValueFault(`can't handle ${source} for arg of type ${goName(type)}`);
  }
}

function nilArgument(type: ParamType): GoValue {
  if (type === "any") return null;
  if (type === "map" || type === "list" || type === "stringMap" || type === "stringList") return nilOf(type);
  throw new ValueFault(`cannot assign nil to ${goName(type)}`);
}

function numberOf(operand: Operand): NumberLiteral | undefined {
  return operand.kind === "number" ? operand.value : undefined;
}

function expected(kind: string, source: string): never {
  throw new ValueFault(`expected ${kind}; found ${source}`);
}

/** The value of a literal where no type is asked for: an int, a float64 when it is written as one, a complex number. */
export function constantValue(operand: Operand, source: string): GoValue {
  if (operand.kind === "string" || operand.kind === "bool") return operand.value;
  const literal = numberOf(operand);
  if (literal === undefined) throw new ValueFault(`can't handle ${source}`);
  if (literal.complex !== undefined) return new GoComplex(literal.complex.real, literal.complex.imaginary);
  const { text } = literal;
  const isFloat = /^[+-]?0[xX]/.test(text) ? /[pP]/.test(text) : /[.eEpP]/.test(text) && !text.startsWith("'");
  if (literal.float !== undefined && isFloat) return literal.float;
  if (literal.int === undefined) throw new ValueFault(`${text} overflows int`);
  return new GoInt("int", literal.int);
}
