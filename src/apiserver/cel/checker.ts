import { type Call, type Expr, type Fold, type ListExpr, type MapExpr, qualifiedName, type Select } from "./ast.ts";
import { functions } from "./functions.ts";
import type { Overload } from "./overload.ts";
import type { Problem } from "./problems.ts";
import { typeNames } from "./type-names.ts";
import {
  boolType,
  bytesType,
  doubleType,
  dynType,
  errorType,
  intType,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  optionalValue,
  parameter,
  showType,
  stringType,
  type Type,
  uintType,
} from "./types.ts";
import { mostGeneral, type Substitutions, substitute, unifyAll } from "./unify.ts";
import { typeNameOf } from "./values.ts";

/** What is known of an expression once it is checked. */
export interface Checked {
  readonly expr: Expr;
  readonly type: Type;
  /** The types of all parts. */
  readonly types: ReadonlyMap<Expr, Type>;
  /** The forms of functions that each call may come to. */
  readonly overloads: ReadonlyMap<Expr, readonly Overload[]>;
  /** Calls and selections that are qualified names of functions and types. */
  readonly names: ReadonlyMap<Expr, string>;
  readonly variables: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Finds the types of an expression and its parts, and what does not go together. */
export function check(expr: Expr, variables: ReadonlyMap<string, Type>): Checked {
  const checker = new Checker(variables);
  return checker.run(expr);
}

const literalTypes: { readonly [name: string]: Type } = {
  bool: boolType,
  bytes: bytesType,
  double: doubleType,
  int: intType,
  null_type: nullType,
  string: stringType,
  uint: uintType,
};

class Checker {
  readonly #variables: ReadonlyMap<string, Type>;
  readonly #types = new Map<Expr, Type>();
  readonly #overloads = new Map<Expr, readonly Overload[]>();
  readonly #names = new Map<Expr, string>();
  readonly #used = new Set<string>();
  readonly #problems: Problem[] = [];
  #scopes: ReadonlyMap<string, Type>[] = [];
  #known: Substitutions = new Map();
  #open = 0;

  constructor(variables: ReadonlyMap<string, Type>) {
    this.#variables = variables;
  }

  run(expr: Expr): Checked {
    this.#check(expr);
    for (const [part, type] of this.#types) this.#types.set(part, substitute(this.#known, type, dynType));
    return {
      expr,
      type: this.#typeOf(expr),
      types: this.#types,
      overloads: this.#overloads,
      names: this.#names,
      variables: this.#used,
      problems: this.#problems,
    };
  }

  #report(at: number, message: string): Type {
    this.#problems.push({ at, message });
    return errorType;
  }

  #mismatch(at: number, expected: Type, actual: Type): Type {
    return this.#report(at, `expected type '${showType(expected)}' but found '${showType(actual)}'`);
  }

  #undeclared(at: number, name: string): Type {
    return this.#report(at, `undeclared reference to '${name}' (in container '')`);
  }

  #typeOf(expr: Expr): Type {
    return this.#types.get(expr) ?? errorType;
  }

  #resolved(expr: Expr): Type {
    return substitute(this.#known, this.#typeOf(expr));
  }

  #freshType(): Type {
    return parameter(`_var${this.#open++}`);
  }

  #fits(from: Type, to: Type): boolean {
    return this.#fitAll([from], [to]);
  }

  #fitAll(from: readonly Type[], to: readonly Type[]): boolean {
    const next = unifyAll(this.#known, from, to);
    if (next !== undefined) this.#known = next;
    return next !== undefined;
  }

  #check(expr: Expr): Type {
    const type = this.#infer(expr);
    this.#types.set(expr, type);
    return type;
  }

  #infer(expr: Expr): Type {
    switch (expr.kind) {
      case "literal":
        return literalTypes[typeNameOf(expr.value)]!;
      case "ident":
        return this.#ident(expr, expr.name) ?? this.#undeclared(expr.at, expr.name);
      case "select":
        return this.#select(expr);
      case "call":
        return this.#call(expr);
      case "list":
        return this.#list(expr);
      case "map":
        return this.#map(expr);
      case "message":
        for (const value of expr.values) this.#check(value);
        return this.#undeclared(expr.at, expr.name);
      case "fold":
        return this.#fold(expr);
    }
  }

  #ident(expr: Expr, written: string): Type | undefined {
    const isRooted = written.startsWith(".");
    const name = isRooted ? written.slice(1) : written;
    const scope = isRooted ? undefined : this.#scopes.findLast((one) => one.has(name));
    if (scope !== undefined) return scope.get(name);
    const variable = this.#variables.get(name);
    if (variable !== undefined) {
      this.#used.add(name);
      return variable;
    }
    const type = typeNames.get(name);
    if (type !== undefined) this.#names.set(expr, name);
    return type;
  }

  #select(expr: Select): Type {
    const name = qualifiedName(expr);
    const known = name?.includes(".") === true && !expr.isTest ? this.#qualified(expr, name) : undefined;
    if (known !== undefined) return known;
    const type = this.#field(expr, expr.operand, expr.field, false);
    return expr.isTest ? boolType : substitute(this.#known, type);
  }

  #qualified(expr: Expr, name: string): Type | undefined {
    const [first = ""] = name.split(".");
    return this.#scopes.some((scope) => scope.has(first)) ? undefined : this.#ident(expr, name);
  }

  #field(expr: Expr, operand: Expr, field: string, isOptional: boolean): Type {
    this.#check(operand);
    const type = this.#resolved(operand);
    const held = optionalValue(type);
    const result = this.#fieldType(expr, held ?? type, field);
    return held !== undefined || isOptional ? optionalOf(result) : result;
  }

  #fieldType({ at }: Expr, type: Type, field: string): Type {
    if (type.kind === "map") return type.parameters[1]!;
    if (type.kind === "struct") {
      return type.fields?.get(field) ?? this.#report(at, `undefined field '${field}'`);
    }
    if (type.kind === "parameter") this.#fits(dynType, type);
    else if (!isDynOrError(type)) this.#report(at, `type '${showType(type)}' does not support field selection`);
    return dynType;
  }

  #call(expr: Call): Type {
    if (expr.name === "_?._") return this.#optionalSelect(expr);
    for (const arg of expr.args) this.#check(arg);
    if (expr.target === undefined) {
      const name = expr.name.startsWith(".") ? expr.name.slice(1) : expr.name;
      return this.#resolve(expr, name, undefined);
    }
    const prefix = qualifiedName(expr.target);
    const name = prefix === undefined ? undefined : `${prefix}.${expr.name}`;
    if (name !== undefined && functions.has(name)) {
      this.#names.set(expr, name);
      return this.#resolve(expr, name, undefined);
    }
    this.#check(expr.target);
    return this.#resolve(expr, expr.name, expr.target);
  }

  #optionalSelect(expr: Call): Type {
    const [operand, field] = expr.args;
    this.#overloads.set(expr, functions.get("_?._")!);
    this.#types.set(field!, stringType);
    const name = field!.kind === "literal" ? String(field!.value) : "";
    return substitute(this.#known, this.#field(expr, operand!, name, true));
  }

  #resolve(expr: Call, name: string, target: Expr | undefined): Type {
    const candidates = functions.get(name);
    if (candidates === undefined) return this.#undeclared(expr.at, name);
    if (name === "_&&_" || name === "_||_") return this.#junction(expr, candidates);
    const args = target === undefined ? expr.args : [target, ...expr.args];
    const types = args.map((arg) => this.#typeOf(arg));
    const found = this.#matching(candidates, types, target !== undefined);
    if (found.overloads.length > 0) {
      this.#overloads.set(expr, found.overloads);
      return found.type;
    }
    const shown = types.map((type) => showType(substitute(this.#known, type, dynType)));
    const signature = target === undefined ? `(${shown.join(", ")})` : `${shown[0]}.(${shown.slice(1).join(", ")})`;
    return this.#report(expr.at, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  #junction(expr: Call, candidates: readonly Overload[]): Type {
    this.#overloads.set(expr, candidates);
    const wrong = expr.args.filter((arg) => !this.#fits(this.#typeOf(arg), boolType));
    for (const arg of wrong) this.#mismatch(arg.at, boolType, this.#typeOf(arg));
    return wrong.length > 0 ? errorType : boolType;
  }

  #matching(
    candidates: readonly Overload[],
    types: readonly Type[],
    isMethod: boolean,
  ): { readonly overloads: readonly Overload[]; readonly type: Type } {
    const overloads: Overload[] = [];
    let result: Type | undefined;
    for (const overload of candidates) {
      if (overload.isMethod !== isMethod) continue;
      const own = this.#fresh([...overload.args, overload.result]);
      if (!this.#fitAll(types, own.slice(0, -1))) continue;
      overloads.push(overload);
      const type = substitute(this.#known, own.at(-1)!);
      if (result === undefined) result = type;
      else if (!isDyn(result) && showType(result) !== showType(type)) result = dynType;
    }
    return { overloads, type: result ?? errorType };
  }

  /** The types of an overload with parameters of their own. */
  #fresh(types: readonly Type[]): Type[] {
    const own = new Map<string, Type>();
    const collect = (type: Type): void => {
      if (type.kind === "parameter" && !own.has(type.name)) own.set(type.name, this.#freshType());
      for (const one of type.parameters) collect(one);
    };
    for (const type of types) collect(type);
    return own.size === 0 ? [...types] : types.map((type) => substitute(own, type));
  }

  #join(before: Type | undefined, type: Type): Type {
    if (before === undefined) return type;
    return this.#fits(before, type) ? mostGeneral(before, type) : dynType;
  }

  #unwrapped(expr: Expr, isOptional: boolean): Type {
    const type = this.#check(expr);
    if (!isOptional) return type;
    const held = optionalValue(type);
    if (held === undefined && !isDyn(type)) this.#mismatch(expr.at, optionalOf(type), type);
    return held ?? type;
  }

  #list({ items }: ListExpr): Type {
    let joined: Type | undefined;
    for (const { value, isOptional } of items) joined = this.#join(joined, this.#unwrapped(value, isOptional));
    return listOf(joined ?? this.#freshType());
  }

  #map({ entries }: MapExpr): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of entries) {
      key = this.#join(key, this.#check(entry.key));
      value = this.#join(value, this.#unwrapped(entry.value, entry.isOptional));
    }
    return mapOf(key ?? this.#freshType(), value ?? this.#freshType());
  }

  #fold(expr: Fold): Type {
    this.#check(expr.range);
    const start = this.#check(expr.start);
    const [first, second] = this.#rangeTypes(expr);
    const scopes = this.#scopes;
    const outer = [...scopes, new Map([[expr.accumulator, start]])];
    const inner = new Map([[expr.variable, first]]);
    if (expr.second !== undefined) inner.set(expr.second, second);
    this.#scopes = [...outer, inner];
    this.#expect(expr.condition, boolType);
    this.#expect(expr.step, start);
    this.#scopes = outer;
    this.#check(expr.result);
    this.#scopes = scopes;
    return this.#resolved(expr.result);
  }

  #expect(expr: Expr, type: Type): void {
    const actual = this.#check(expr);
    if (!this.#fits(type, actual)) this.#mismatch(expr.at, type, actual);
  }

  #rangeTypes({ range, second }: Fold): readonly [Type, Type] {
    const type = this.#resolved(range);
    if (type.kind === "list") {
      const item = type.parameters[0]!;
      return second === undefined ? [item, item] : [intType, item];
    }
    if (type.kind === "map") return [type.parameters[0]!, type.parameters[1]!];
    if (isDynOrError(type) || type.kind === "parameter") {
      this.#fits(dynType, type);
      return [dynType, dynType];
    }
    const message = `expression of type '${showType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`;
    const wrong = this.#report(range.at, message);
    return [wrong, wrong];
  }
}
