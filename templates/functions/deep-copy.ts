import { isStringList, isStringMap, newMap, stringList, stringMap } from "../../src/base/values.ts";
import { isGoMap, isList } from "../go/go-types.ts";
import { GoObject, type GoValue, listType, markList, nilMap } from "../go/values.ts";
import { NodeMeter } from "./charge.ts";
import type { FunctionContext } from "./function.ts";
import { GoVersion } from "./semver.ts";

const maxNesting = 1_000;

/** A copy of a value that shares no map and no list with it. Nil has no copy: that is an error, as in Go. */
export function deepCopy(value: GoValue, context: FunctionContext): GoValue {
  if (value === null || value === undefined) throw new Error("nil cannot be copied");
  return copy(value, new NodeMeter(context), 0);
}

function copy(value: GoValue, meter: NodeMeter, depth: number): GoValue {
  meter.add();
  if (depth > maxNesting) throw new Error(`the value is nested more than ${maxNesting} levels deep or holds itself`);
  if (isList(value)) return copyList(value, meter, depth);
  // The library that sprig copies with sees no fields of a version, so that its copy is 0.0.0.
  if (value instanceof GoVersion) return value.zero();
  if (value === nilMap || !isGoMap(value) || value instanceof GoObject) return value;
  if (isStringMap(value)) return stringMap(value);
  const copied = newMap<GoValue>();
  for (const key of Object.keys(value)) copied[key] = copy(value[key], meter, depth + 1);
  return copied;
}

function copyList(list: readonly GoValue[], meter: NodeMeter, depth: number): GoValue {
  const items = list.map((item) => copy(item, meter, depth + 1));
  const type = listType(list);
  if (type !== undefined) return markList(items, type);
  return isStringList(list) ? stringList(items as string[]) : items;
}
