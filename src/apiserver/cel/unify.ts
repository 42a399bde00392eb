import { isDyn, isDynOrError, sameType, type Type } from "./types.ts";

/** What is known of type parameters, by name. */
export type Substitutions = ReadonlyMap<string, Type>;

/** The substitutions under which the types in the first list can stand for those in the second; undefined for none. */
export function unifyAll(known: Substitutions, from: readonly Type[], to: readonly Type[]): Substitutions | undefined {
  const found = new Map(known);
  return listsFit(found, from, to) ? found : undefined;
}

function listsFit(known: Map<string, Type>, from: readonly Type[], to: readonly Type[]): boolean {
  return from.length === to.length && from.every((one, index) => fits(known, one, to[index]!));
}

function fits(known: Map<string, Type>, from: Type, to: Type): boolean {
  if (to.kind === "parameter") {
    const [isValid, isKnown] = substitutes(known, from, to);
    if (isValid) return true;
    if (isKnown) return false;
  }
  if (from.kind === "parameter") return substitutes(known, to, from)[0];
  if (isDynOrError(from) || isDynOrError(to)) return true;
  if (from.kind === "null") return isNullable(to);
  if (to.kind === "null") return isNullable(from);
  if (from.kind === "type") return to.kind === "type";
  if (from.kind === "list" || from.kind === "map" || from.kind === "opaque") {
    return from.kind === to.kind && from.name === to.name && listsFit(known, from.parameters, to.parameters);
  }
  return sameType(from, to);
}

const nullables = new Set(["null", "opaque", "struct", "duration", "timestamp"]);

function isNullable({ kind }: Type): boolean {
  return nullables.has(kind);
}

function substitutes(known: Map<string, Type>, type: Type, target: Type): [isValid: boolean, isKnown: boolean] {
  if (sameType(type, target)) return [true, true];
  const before = known.get(target.name);
  if (before === undefined) {
    if (!isFreeOf(known, target, type)) return [false, false];
    known.set(target.name, type);
    return [true, false];
  }
  if (sameType(type, before)) return [true, true];
  if (!fits(known, type, before)) return [false, true];
  const next = mostGeneral(type, before);
  if (isFreeOf(known, target, next)) known.set(target.name, next);
  return [true, true];
}

export function mostGeneral(left: Type, right: Type): Type {
  return isNoMoreSpecific(left, right) ? left : right;
}

function isNoMoreSpecific(left: Type, right: Type): boolean {
  if (isDyn(left) || left.kind === "parameter") return true;
  if (isDyn(right) || right.kind === "parameter" || left.kind !== right.kind) return false;
  if (left.kind === "type") return true;
  if (left.kind !== "list" && left.kind !== "map" && left.kind !== "opaque") return sameType(left, right);
  return (
    left.name === right.name &&
    left.parameters.length === right.parameters.length &&
    left.parameters.every((one, index) => isNoMoreSpecific(one, right.parameters[index]!))
  );
}

/** Whether a parameter does not occur in a type, directly or through what is known. */
function isFreeOf(known: Substitutions, target: Type, within: Type): boolean {
  if (sameType(target, within)) return false;
  if (within.kind === "parameter") {
    const next = known.get(within.name);
    return next === undefined || isFreeOf(known, target, next);
  }
  return within.parameters.every((one) => isFreeOf(known, target, one));
}

/** Puts in what is known of parameters; what stays open becomes `open`, if that is given. */
export function substitute(known: Substitutions, type: Type, open?: Type): Type {
  if (type.kind === "parameter") {
    const next = known.get(type.name);
    return next === undefined ? (open ?? type) : substitute(known, next, open);
  }
  if (type.parameters.length === 0) return type;
  return { ...type, parameters: type.parameters.map((one) => substitute(known, one, open)) };
}
