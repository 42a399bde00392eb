import type { Call, Expr, Fold, Ident } from "./ast.ts";

/** The name of the accumulator of all macros: no identifier can be called so. */
export const accumulator = "@result";

type Report = (at: number, message: string) => Expr;

interface Use {
  readonly at: number;
  readonly target: Expr;
  readonly args: readonly Expr[];
  readonly report: Report;
}

type Macro = (use: Use) => Expr;

/** Expands a call that is one of a macro; undefined for others. */
export function expandMacro({ name, target, args, at }: Call, report: Report): Expr | undefined {
  if (target === undefined) return name === "has" && args.length === 1 ? has(args[0]!, at, report) : undefined;
  const key = `${name}/${args.length}`;
  return Object.hasOwn(macros, key) ? macros[key]!({ at, target, args, report }) : undefined;
}

function has(arg: Expr, at: number, report: Report): Expr {
  if (arg.kind !== "select" || arg.isTest) return report(arg.at, "invalid argument to has() macro");
  return { ...arg, isTest: true, at };
}

function call(at: number, name: string, ...args: readonly Expr[]): Call {
  return { kind: "call", name, target: undefined, args, at };
}

function accu(at: number): Ident {
  return { kind: "ident", name: accumulator, at };
}

function literal(at: number, value: boolean | bigint): Expr {
  return { kind: "literal", value, at };
}

function listOf(at: number, ...values: readonly Expr[]): Expr {
  return { kind: "list", items: values.map((value) => ({ value, isOptional: false })), at };
}

type Loop = Pick<Fold, "start" | "condition" | "step"> & { readonly result?: Expr };

const quantifiers: { readonly [name in "all" | "exists" | "one"]: (at: number, test: Expr) => Loop } = {
  all: (at, test) => ({
    start: literal(at, true),
    condition: call(at, "@not_strictly_false", accu(at)),
    step: call(at, "_&&_", accu(at), test),
  }),
  exists: (at, test) => ({
    start: literal(at, false),
    condition: call(at, "@not_strictly_false", call(at, "!_", accu(at))),
    step: call(at, "_||_", accu(at), test),
  }),
  one: (at, test) => ({
    start: literal(at, 0n),
    condition: literal(at, true),
    step: call(at, "_?_:_", test, call(at, "_+_", accu(at), literal(at, 1n)), accu(at)),
    result: call(at, "_==_", accu(at), literal(at, 1n)),
  }),
};

function collect(at: number, start: Expr, add: Expr, filter: Expr | undefined): Loop {
  const step = filter === undefined ? add : call(at, "_?_:_", filter, add, accu(at));
  return { start, condition: literal(at, true), step };
}

function append(at: number, item: Expr, filter?: Expr): Loop {
  return collect(at, listOf(at), call(at, "_+_", accu(at), listOf(at, item)), filter);
}

/** A macro with one variable, which takes an item or a key. */
function single(loopOf: (use: Use, rest: readonly Expr[], variable: Ident) => Loop): Macro {
  return (use) => {
    const [first, ...rest] = use.args;
    if (first?.kind !== "ident") return use.report(first!.at, "argument must be a simple name");
    if (isTaken(first)) return use.report(first.at, taken);
    return fold(use, first.name, undefined, loopOf(use, rest, first));
  };
}

const taken = "iteration variable overwrites accumulator variable";

function isTaken({ name }: Ident): boolean {
  return name === "__result__";
}

function mapping(loopOf: (use: Use, rest: readonly Expr[], variable: Ident) => Loop): Macro {
  const expand = single(loopOf);
  return (use) => {
    const [first] = use.args;
    return first?.kind === "ident" ? expand(use) : use.report(first!.at, "argument is not an identifier");
  };
}

/** A macro with two variables: index and item, or key and value. */
function double(loopOf: (use: Use, rest: readonly Expr[], key: Ident) => Loop): Macro {
  return (use) => {
    const [key, value, ...rest] = use.args;
    for (const one of [key!, value!]) {
      if (one.kind !== "ident") return use.report(one.at, "argument must be a simple name");
    }
    const [first, second] = [key as Ident, value as Ident];
    if (first.name === second.name) return use.report(second.at, `duplicate variable name: ${first.name}`);
    const clash = [first, second].find(isTaken);
    if (clash !== undefined) return use.report(clash.at, taken);
    return fold(use, first.name, second.name, loopOf(use, rest, first));
  };
}

function fold({ at, target }: Use, variable: string, second: string | undefined, loop: Loop): Fold {
  return { kind: "fold", range: target, variable, second, accumulator, at, result: accu(at), ...loop };
}

/** `name` stands for `value` in `result`: a loop that never runs. */
function bind(at: number, name: string, value: Expr, result: Expr): Fold {
  return {
    kind: "fold",
    range: listOf(at),
    variable: "#unused",
    second: undefined,
    accumulator: name,
    start: value,
    condition: literal(at, false),
    step: { kind: "ident", name, at },
    result,
    at,
  };
}

const notSortable = "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
const sortInput = "@__sortBy_input__";

function sortBy(use: Use): Expr {
  const { at, target, report } = use;
  if (target.kind === "literal" || target.kind === "map" || target.kind === "message")
    return report(target.at, notSortable);
  const input: Ident = { kind: "ident", name: sortInput, at };
  const keys = macros["map/2"]!({ ...use, target: input });
  return bind(at, sortInput, target, { kind: "call", name: "@sortByAssociatedKeys", target: input, args: [keys], at });
}

function optional(name: string, wrap: (at: number, inner: Expr) => Expr): Macro {
  return ({ at, target, args, report }) => {
    const [variable, inner] = args;
    if (variable?.kind !== "ident") return report(variable!.at, `${name}() variable name must be a simple identifier`);
    const value: Call = { kind: "call", name: "value", target, args: [], at };
    const hasValue: Call = { kind: "call", name: "hasValue", target, args: [], at };
    const bound = bind(at, variable.name, value, inner!);
    return call(at, "_?_:_", hasValue, wrap(at, bound), call(at, "optional.none"));
  };
}

const mapInsert = "cel.@mapInsert";

function insert(at: number, filter: Expr | undefined, ...entry: readonly Expr[]): Loop {
  return collect(at, { kind: "map", entries: [], at }, call(at, mapInsert, accu(at), ...entry), filter);
}

const all1 = single(({ at }, [test]) => quantifiers.all(at, test!));
const exists1 = single(({ at }, [test]) => quantifiers.exists(at, test!));
const one1 = single(({ at }, [test]) => quantifiers.one(at, test!));
const one2 = double(({ at }, [test]) => quantifiers.one(at, test!));

const macros: { readonly [nameAndCount: string]: Macro } = {
  "all/2": all1,
  "exists/2": exists1,
  "exists_one/2": one1,
  "map/2": mapping(({ at }, [item]) => append(at, item!)),
  "map/3": mapping(({ at }, [filter, item]) => append(at, item!, filter)),
  "filter/2": mapping(({ at }, [filter], variable) => append(at, variable, filter)),
  "all/3": double(({ at }, [test]) => quantifiers.all(at, test!)),
  "exists/3": double(({ at }, [test]) => quantifiers.exists(at, test!)),
  "exists_one/3": one2,
  "existsOne/3": one2,
  "transformList/3": double(({ at }, [item]) => append(at, item!)),
  "transformList/4": double(({ at }, [filter, item]) => append(at, item!, filter)),
  "transformMap/3": double(({ at }, [value], key) => insert(at, undefined, { ...key, at }, value!)),
  "transformMap/4": double(({ at }, [filter, value], key) => insert(at, filter, { ...key, at }, value!)),
  "transformMapEntry/3": double(({ at }, [entry]) => insert(at, undefined, entry!)),
  "transformMapEntry/4": double(({ at }, [filter, entry]) => insert(at, filter, entry!)),
  "sortBy/2": sortBy,
  "optMap/2": optional("optMap", (at, inner) => call(at, "optional.of", inner)),
  "optFlatMap/2": optional("optFlatMap", (_, inner) => inner),
};
