import type { Value } from "./values.ts";

interface Placed {
  /** Where problems with the expression are shown: an offset in characters. */
  readonly at: number;
}

export interface Literal extends Placed {
  readonly kind: "literal";
  readonly value: Value;
}

export interface Ident extends Placed {
  readonly kind: "ident";
  readonly name: string;
}

/** `operand.field`, or whether the field is there. */
export interface Select extends Placed {
  readonly kind: "select";
  readonly operand: Expr;
  readonly field: string;
  readonly isTest: boolean;
}

/** A function, a method of `target`, or an operator under its name: `_+_`. */
export interface Call extends Placed {
  readonly kind: "call";
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

export interface ListExpr extends Placed {
  readonly kind: "list";
  readonly items: readonly { readonly value: Expr; readonly isOptional: boolean }[];
}

export interface MapEntry extends Placed {
  readonly key: Expr;
  readonly value: Expr;
  readonly isOptional: boolean;
}

export interface MapExpr extends Placed {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
}

/** `Name{field: value}`: no rule can have any, since no type can be built. */
export interface MessageExpr extends Placed {
  readonly kind: "message";
  readonly name: string;
  readonly values: readonly Expr[];
}

/** What the macros over lists and maps come down to: a loop with an accumulator. */
export interface Fold extends Placed {
  readonly kind: "fold";
  readonly range: Expr;
  readonly variable: string;
  /** The value, where `variable` is the index or the key. */
  readonly second: string | undefined;
  readonly accumulator: string;
  readonly start: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | MessageExpr | Fold;

/** `a.b.c` where an expression is nothing but that. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.isTest) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}
