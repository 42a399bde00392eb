import type { Expr, ListExpr, MapExpr } from "./ast.ts";
import type { Checked } from "./checker.ts";
import type { Problem } from "./problems.ts";
import { dynType, optionalValue, sameType, showType, type Type } from "./types.ts";

/** Lists and maps that stand in an expression hold values of one type, but for what is formatted. */
export function mixedLiterals(checked: Checked): Problem[] {
  const problems: Problem[] = [];
  const typeOf = (expr: Expr, isOptional = false): Type => {
    const type = checked.types.get(expr) ?? dynType;
    return isOptional ? (optionalValue(type) ?? type) : type;
  };
  const visit = (expr: Expr): void => {
    if (expr.kind === "list") problems.push(...mixedItems(expr, typeOf));
    if (expr.kind === "map") problems.push(...mixedEntries(expr, typeOf));
    if (expr.kind === "call" && expr.name === "format") return;
    for (const child of childrenOf(expr)) visit(child);
  };
  visit(checked.expr);
  return problems;
}

type TypeOf = (expr: Expr, isOptional?: boolean) => Type;

function mixedItems({ items }: ListExpr, typeOf: TypeOf): Problem[] {
  const [first, ...rest] = items;
  if (first === undefined) return [];
  const type = typeOf(first.value, first.isOptional);
  const other = rest.find((item) => !sameType(type, typeOf(item.value, item.isOptional)));
  return other === undefined ? [] : [mismatch(other.value, type, typeOf(other.value, other.isOptional))];
}

function mixedEntries({ entries }: MapExpr, typeOf: TypeOf): Problem[] {
  const [first, ...rest] = entries;
  if (first === undefined) return [];
  const key = typeOf(first.key);
  const value = typeOf(first.value, first.isOptional);
  return rest.flatMap((entry) => {
    const [ownKey, ownValue] = [typeOf(entry.key), typeOf(entry.value, entry.isOptional)];
    return [
      ...(sameType(key, ownKey) ? [] : [mismatch(entry.key, key, ownKey)]),
      ...(sameType(value, ownValue) ? [] : [mismatch(entry.value, value, ownValue)]),
    ];
  });
}

function mismatch({ at }: Expr, expected: Type, actual: Type): Problem {
  return { at, message: `expected type '${showType(expected)}' but found '${showType(actual)}'` };
}

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "select":
      return [expr.operand];
    case "call":
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case "list":
      return expr.items.map(({ value }) => value);
    case "map":
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case "message":
      return expr.values;
    case "fold":
      return [expr.range, expr.start, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}
