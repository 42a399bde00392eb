import type { Call, Expr, Fold, ListExpr, MapExpr, Select } from "./ast.ts";
import type { Checked } from "./checker.ts";
import { type CallEstimate, estimateCall, type Sized } from "./estimate-calls.ts";
import { fixed, nothing, product, type Range, sum, union, unknownSize } from "./estimates.ts";
import { accumulator } from "./macros.ts";
import { listCost, mapCost } from "./runtime-cost.ts";
import type { Declared } from "./schema-types.ts";
import { dynType, type Type } from "./types.ts";
import { sizeOf } from "./values.ts";

type Path = readonly string[];

/** The sizes of what a list or a map holds. */
interface Entries {
  readonly isList: boolean;
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries: Entries | undefined;
}

/** What a rule costs at most, by the bounds that the schema sets for the values it looks at. */
export function estimateCost(checked: Checked, root: Declared): number {
  return new Estimator(checked, root).cost(checked.expr).max;
}

class Estimator {
  readonly #checked: Checked;
  readonly #root: Declared;
  readonly #paths = new Map<Expr, Path>();
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: Checked, root: Declared) {
    this.#checked = checked;
    this.#root = root;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case "ident":
        this.#paths.set(expr, this.#local(expr)?.path ?? [expr.name]);
        return fixed(1);
      case "select":
        return this.#select(expr);
      case "call":
        return expr.name === "dyn" && expr.target === undefined ? this.#dyn(expr) : this.#call(expr);
      case "list":
        return this.#list(expr);
      case "map":
        return this.#map(expr);
      case "fold":
        return this.#fold(expr);
      default:
        return nothing;
    }
  }

  #typeOf(expr: Expr): Type {
    return this.#checked.types.get(expr) ?? dynType;
  }

  #local(expr: Expr): Local | undefined {
    return expr.kind === "ident" ? this.#locals.get(expr.name)?.at(-1) : undefined;
  }

  #pathOf(expr: Expr): Path {
    return this.#local(expr)?.path ?? this.#paths.get(expr) ?? [];
  }

  /** What the schema says of the size at a path. */
  declaredSize(path: Path): Range | undefined {
    if (path.length === 0 || path[0] === accumulator) return undefined;
    let declared: Declared | undefined = this.#root;
    for (const name of path.slice(1)) {
      if (name === "@items" || name === "@values") declared = declared.item;
      else if (name === "@keys") declared = declared.type === "map" ? { type: "object", most: 0, least: 0 } : undefined;
      else declared = declared.fields?.get(name);
      if (declared === undefined) return undefined;
    }
    return { min: 0, max: declared.most };
  }

  #sizeOf(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? ownSize(expr);
    if (known !== undefined) return known;
    const declared = this.declaredSize(this.#pathOf(expr));
    if (declared !== undefined) {
      this.#sizes.set(expr, declared);
      return declared;
    }
    return isScalar(this.#typeOf(expr)) ? fixed(1) : this.#local(expr)?.size;
  }

  #sizeOrUnknown(expr: Expr): Range {
    return this.#sizeOf(expr) ?? unknownSize;
  }

  #entriesOf(expr: Expr): Entries | undefined {
    return this.#entries.get(expr) ?? this.#local(expr)?.entries;
  }

  #keep(expr: Expr, size: Range | undefined, entries?: Entries): void {
    if (size !== undefined) this.#sizes.set(expr, size);
    if (entries !== undefined) this.#entries.set(expr, entries);
  }

  #select(expr: Select): Range {
    const operand = this.cost(expr.operand);
    if (expr.isTest) return operand;
    const { kind } = this.#typeOf(expr.operand);
    this.#paths.set(expr, [...this.#pathOf(expr.operand), expr.field]);
    return kind === "map" || kind === "struct" ? sum(operand, fixed(1)) : operand;
  }

  #dyn(expr: Call): Range {
    const [arg] = expr.args;
    const cost = this.cost(arg!);
    this.#keep(expr, this.#sizeOf(arg!), this.#entriesOf(arg!));
    return sum(fixed(1), cost);
  }

  #sized(expr: Expr): Sized {
    const path = this.#pathOf(expr);
    const size = this.#sizeOf(expr);
    const type = this.#typeOf(expr);
    return {
      type,
      size,
      literal: expr.kind === "literal" ? expr.value : undefined,
      // A list that an expression makes has no place in the schema.
      itemSize: () => (path.length === 0 ? undefined : this.declaredSize([...path, "@items"])),
    };
  }

  #call(expr: Call): Range {
    const isQualified = this.#checked.names.has(expr);
    const name = this.#checked.names.get(expr) ?? expr.name;
    const costs = expr.args.map((arg) => this.cost(arg));
    const args = expr.args.map((arg) => this.#sized(arg));
    const overloads = this.#checked.overloads.get(expr) ?? [];
    if (overloads.length === 0) return nothing;
    const target = isQualified ? undefined : expr.target;
    const before = target === undefined ? nothing : this.cost(target);
    const own = target === undefined ? undefined : this.#sized(target);
    let [cost, size]: [Range | undefined, Range | undefined] = [undefined, undefined];
    for (const { id } of overloads) {
      const one = this.#callCost(expr, { name, id, target: own, args }, costs);
      cost = cost === undefined ? one.cost : union(cost, one.cost);
      if (one.size !== undefined) size = size === undefined ? one.size : union(size, one.size);
      size = this.#indexed(expr, id, size) ?? this.#sizeOf(expr);
    }
    this.#keep(expr, size);
    return sum(before, cost ?? nothing);
  }

  #indexed(expr: Call, id: string, size: Range | undefined): Range | undefined {
    if (id !== "index_list" && id !== "index_map") return size;
    const [operand] = expr.args;
    this.#paths.set(expr, [...this.#pathOf(operand!), id === "index_list" ? "@items" : "@values"]);
    return this.#entriesOf(operand!)?.value;
  }

  #callCost(
    expr: Call,
    use: Parameters<typeof estimateCall>[0],
    costs: readonly Range[],
  ): { readonly cost: Range; readonly size?: Range | undefined } {
    const whole = sum(...costs);
    if (use.id === "logical_and" || use.id === "logical_or") return { cost: { min: costs[0]!.min, max: whole.max } };
    if (use.id === "conditional") return this.#conditional(expr, costs);
    const isConcat = use.id === "add_string" || use.id === "add_bytes" || use.id === "add_list";
    if (isConcat) this.#keep(expr, undefined, joinedEntries(...expr.args.map((arg) => this.#entriesOf(arg))));
    const own: CallEstimate = estimateCall(use);
    return { cost: sum(own.cost, whole), size: own.size };
  }

  #conditional(expr: Call, costs: readonly Range[]): { readonly cost: Range; readonly size: Range } {
    const [, yes, no] = expr.args;
    this.#keep(expr, undefined, joinedEntries(this.#entriesOf(yes!), this.#entriesOf(no!)));
    const size = union(this.#sizeOrUnknown(yes!), this.#sizeOrUnknown(no!));
    return { cost: sum(costs[0]!, union(costs[1]!, costs[2]!)), size };
  }

  #list(expr: ListExpr): Range {
    const costs = expr.items.map(({ value }) => this.cost(value));
    const value = unionOf(expr.items.map((item) => this.#sizeOrUnknown(item.value)));
    this.#keep(expr, undefined, { isList: true, key: fixed(1), value });
    return sum(fixed(listCost), ...costs);
  }

  #map(expr: MapExpr): Range {
    const costs = expr.entries.flatMap((entry) => [this.cost(entry.key), this.cost(entry.value)]);
    const key = unionOf(expr.entries.map((entry) => this.#sizeOrUnknown(entry.key)));
    const value = unionOf(expr.entries.map((entry) => this.#sizeOrUnknown(entry.value)));
    this.#keep(expr, undefined, { isList: false, key, value });
    return sum(fixed(mapCost), ...costs);
  }

  #push(name: string, local: Local): void {
    this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #fold(expr: Fold): Range {
    const before = sum(this.cost(expr.range), this.cost(expr.start));
    const { accumulator: name, start } = expr;
    this.#push(name, { path: this.#pathOf(start), size: this.#sizeOf(start), entries: this.#entriesOf(start) });
    if (name !== accumulator) return this.#bind(expr, before);
    this.#pushVariables(expr);
    const round = sum(this.cost(expr.condition), this.cost(expr.step));
    this.#pop(expr.variable);
    if (expr.second !== undefined) this.#pop(expr.second);
    const result = this.cost(expr.result);
    this.#pop(name);
    const rounds = this.#sizeOrUnknown(expr.range);
    if (start.kind === "literal") this.#keep(expr, this.#sizeOf(start));
    else this.#keep(expr, rounds, this.#entriesOf(expr.step));
    return sum(before, result, product(rounds, round));
  }

  #bind(expr: Fold, before: Range): Range {
    const result = this.cost(expr.result);
    this.#pop(expr.accumulator);
    this.#keep(expr, this.#sizeOf(expr.result), this.#entriesOf(expr.result));
    return sum(before, result);
  }

  #pushVariables({ range, variable, second }: Fold): void {
    const entries = this.#entriesOf(range);
    const isList = entries?.isList ?? this.#typeOf(range).kind === "list";
    const path = this.#pathOf(range);
    const local = (step: string, size: Range | undefined): Local => ({
      path: [...path, step],
      size,
      entries: undefined,
    });
    const value = local(isList ? "@items" : "@values", entries?.value);
    const key = local(isList ? "@indices" : "@keys", entries?.key);
    this.#push(variable, second === undefined && isList ? value : key);
    if (second !== undefined) this.#push(second, value);
  }
}

function ownSize(expr: Expr): Range | undefined {
  if (expr.kind === "literal") return fixed(sizeOf(expr.value));
  if (expr.kind === "list") return fixed(expr.items.length);
  return expr.kind === "map" ? fixed(expr.entries.length) : undefined;
}

const scalars = new Set(["bool", "double", "duration", "int", "timestamp", "uint"]);

function isScalar(type: Type): boolean {
  if (type.name === "optional_type") return isScalar(type.parameters[0]!);
  return scalars.has(type.kind);
}

function unionOf(ranges: readonly Range[]): Range {
  return ranges.length === 0 ? nothing : ranges.reduce(union);
}

function joinedEntries(...[left, right]: readonly (Entries | undefined)[]): Entries | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { isList: left.isList, key: union(left.key, right.key), value: union(left.value, right.value) };
}
