import { newMap } from "../../src/base/values.ts";
import { formatYaml, parseYaml } from "../../src/base/yaml.ts";
import { hasRawBytes, toValidText } from "../go/bytes.ts";
import { isGoMap, isList, isNilCollection, listTypeOf } from "../go/go-types.ts";
import { GoInt, GoObject, type GoValue } from "../go/values.ts";
import { NodeMeter } from "./charge.ts";
import type { FunctionContext } from "./function.ts";
import { UnsupportedJsonError } from "./json-error.ts";
import { JsonWriter, jsonOf } from "./json-write.ts";

const maxNesting = 500;

/** Characters that YAML reads as something else than JSON writes: a line break, or nothing that may stand in a text. */
const readDifferently = /[\x7f-\x9f\ufffe\uffff]/;

/**
 * A value as sigs.k8s.io/yaml writes it: Go makes JSON of it, reads that as YAML, and writes what it read. The way through
 * the text is taken only where it makes a difference.
 */
export function writeYaml(value: GoValue, context: FunctionContext): string {
  const adapter = new Adapter(context);
  let plain = adapter.adapt(value, 0);
  if (adapter.hasOddText) {
    const json = new JsonWriter(context).write(value);
    plain = parseYaml(json);
  }
  const text = formatYaml(plain);
  context.chargeBytes(text.length);
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** The value of the first document of a YAML text by Kubernetes' rules, numbers as floats. */
export function readYaml(text: string, context: FunctionContext): GoValue {
  if (hasRawBytes(text)) throw new Error("yaml: invalid UTF-8");
  context.charge(text.length >> 3);
  return adopt(parseYaml(text), new NodeMeter(context));
}

/** Turns engine values into what JSON would hold. */
class Adapter {
  hasOddText = false;
  private readonly meter: NodeMeter;

  constructor(context: FunctionContext) {
    this.meter = new NodeMeter(context);
  }

  adapt(value: GoValue, depth: number): unknown {
    if (depth > maxNesting)
      throw new UnsupportedJsonError(`the value is nested more than ${maxNesting} levels deep or holds itself`);
    this.meter.add();
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return finite(value);
    if (typeof value !== "object" || value === null) return value ?? null;
    if (value instanceof GoInt) return value.value;
    if (value instanceof GoObject) return this.object(value, depth);
    if (isNilCollection(value)) return null;
    if (isList(value)) return this.list(value, depth);
    return isGoMap(value) ? this.map(value, depth) : null;
  }

  private text(text: string): string {
    this.hasOddText ||= readDifferently.test(text);
    return toValidText(text);
  }

  private object(value: GoObject, depth: number): unknown {
    return this.adapt(jsonOf(value), depth + 1);
  }

  private list(list: readonly GoValue[], depth: number): unknown {
    if (listTypeOf(list) !== "[]uint8") return list.map((item) => this.adapt(item, depth + 1));
    return Buffer.from(list.map((item) => (item instanceof GoInt ? Number(item.value) : 0))).toString("base64");
  }

  private map(map: { readonly [key: string]: GoValue }, depth: number): unknown {
    const adapted = newMap<unknown>();
    for (const key of Object.keys(map)) adapted[this.text(key)] = this.adapt(map[key], depth + 1);
    return adapted;
  }
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  throw new UnsupportedJsonError(`unsupported value: ${name}`);
}

/** Maps without a prototype, and floats for all numbers. */
function adopt(value: GoValue, meter: NodeMeter): GoValue {
  meter.add();
  if (typeof value === "bigint") return Number(value);
  if (isList(value)) return value.map((item) => adopt(item, meter));
  if (!isGoMap(value)) return value;
  const map = newMap<GoValue>();
  for (const key of Object.keys(value)) map[key] = adopt(value[key], meter);
  return map;
}
