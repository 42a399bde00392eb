import { at, maybeAt } from "./access.ts";
import { attempt, charge, type Run } from "./frame.ts";
import { EvaluationError, noOverload, Optional, type Value } from "./values.ts";

type Special = (runs: readonly Run[]) => Run;

function junction(decisive: boolean): Special {
  return ([left, right]) => {
    return (frame) => {
      const first = attempt(left!, frame);
      if (first === decisive) return decisive;
      const second = attempt(right!, frame);
      if (second === decisive) return decisive;
      if (first instanceof EvaluationError) throw first;
      if (second instanceof EvaluationError) throw second;
      if (typeof first !== "boolean" || typeof second !== "boolean") throw noOverload();
      return !decisive;
    };
  };
}

/** Operators that do not evaluate all of their arguments, or that take what overloads do not. */
export const specials: { readonly [name: string]: Special } = {
  "_&&_": junction(false),
  "_||_": junction(true),
  "_?_:_":
    ([condition, yes, no]) =>
    (frame) => {
      const value = condition!(frame);
      if (typeof value !== "boolean") throw noOverload();
      return value ? yes!(frame) : no!(frame);
    },
  "@not_strictly_false":
    ([inner]) =>
    (frame) => {
      charge(frame, 1);
      return attempt(inner!, frame) !== false;
    },
  "_[_]": ([operand, index]) => entry(operand!, index!, at),
  "_[?_]": ([operand, index]) => entry(operand!, index!, maybeAt),
  "_?._": ([operand, field]) => entry(operand!, field!, maybeAt),
  or: ([left, right]) => orElse(left!, right!, (optional) => optional),
  orValue: ([left, right]) => orElse(left!, right!, ({ value }) => value!),
};

function entry(operand: Run, key: Run, read: (value: Value, key: Value) => Value): Run {
  return (frame) => {
    const value = operand(frame);
    const own = key(frame);
    charge(frame, 1);
    return read(value, own);
  };
}

function orElse(left: Run, right: Run, take: (optional: Optional) => Value): Run {
  return (frame) => {
    charge(frame, 1);
    const optional = left(frame);
    if (!(optional instanceof Optional)) throw noOverload();
    return optional.value === undefined ? right(frame) : take(optional);
  };
}
