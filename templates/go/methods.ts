import type { ParamType } from "../functions/function.ts";
import { type Call, compileArgument, convertAt, countProblem } from "./calls.ts";
import type { Exec, Expression } from "./exec.ts";
import { ExecFault } from "./fault.ts";
import { callMember, type FieldChain, getField } from "./fields.ts";
import { isGoMap } from "./go-types.ts";
import { GoObject, type GoValue } from "./values.ts";

/** Compiles a chain of fields that ends in something with arguments: only the methods of Go objects take any. */
export function compileMethod(base: Expression, chain: FieldChain, call: Call): Expression {
  const last = chain.path.length - 1;
  const name = chain.path[last] as string;
  return (exec, dot) => {
    const piped = call.piped?.(exec, dot);
    let receiver = base(exec, dot);
    for (let index = 0; index < last; index++) receiver = getField(chain, index, receiver, exec);
    if (receiver instanceof GoObject) return callMethod(receiver, { ...call, name }, exec, dot, piped);
    if (!isGoMap(receiver)) return getField(chain, last, receiver, exec);
    throw new ExecFault(chain.unit.text, call.nameSpan, `${name} is not a method but has arguments`, {
      remedy: "call a function in front of it, or use index for a key",
    });
  };
}

function callMethod(receiver: GoObject, call: Call, exec: Exec, dot: GoValue, piped: GoValue): GoValue {
  const { unit, span, name } = call;
  const member = receiver.member(name);
  if (member === undefined) {
    throw new ExecFault(unit.text, span, `can't evaluate field ${name} in type ${receiver.goType}`);
  }
  const types = member.params as readonly ParamType[] | undefined;
  if (types === undefined) {
    throw new ExecFault(unit.text, span, `${name} has arguments but cannot be invoked as function`);
  }
  const problem = countProblem(call, types.length, false);
  if (problem !== undefined) throw new ExecFault(unit.text, call.nameSpan, problem);
  const args = call.args.map((arg, index) => compileArgument(call, arg, types[index] ?? "any")(exec, dot));
  if (call.piped !== undefined) args.push(convertAt(call, call.nameSpan, piped, types[args.length] ?? "any"));
  return callMember({ unit, span }, name, () => member(...(args as GoValue[])));
}
