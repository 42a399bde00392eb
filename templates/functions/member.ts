import { GoInt, type GoMember, type GoValue } from "../go/values.ts";

type Call<T> = (self: T, ...args: readonly never[]) => GoValue;

interface Method<T> {
  readonly params: readonly string[];
  readonly call: Call<T>;
}

/** The methods of a type by name: each takes the value itself and the arguments. */
export type MethodTable<T> = { readonly [name: string]: Method<T> };

/** A method whose parameters have these Go types. */
export function method<T>(params: readonly string[], call: Call<T>): Method<T> {
  return { params, call };
}

/** A method that a template can't call, since it has several results. */
export function withResults<T>(name: string, results: number): Method<T> {
  return method([], () => {
    throw new Error(`can't call method/function "${name}" with ${results} results`);
  });
}

/** The method of this name, bound to a value. */
export function bind<T>(methods: MethodTable<T>, name: string, self: T): GoMember | undefined {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (found === undefined) return undefined;
  const bound = (...args: readonly GoValue[]): GoValue => found.call(self, ...(args as readonly never[]));
  return Object.assign(bound, { params: found.params });
}

export function goInt(value: bigint | number): GoInt {
  return new GoInt("int", value);
}
