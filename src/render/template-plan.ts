import type { CompiledText, RowRun } from "../../templates/engine.ts";
import { isMap, newRecord, type Params } from "../base/values.ts";
import { decodeValue, emptyValue, isEmpty } from "./decode.ts";
import { fieldPath } from "./field-path.ts";
import type { Field, GoType, StructType } from "./go-type.ts";

/** Compiles one text of a template; `path` is its field path from the template's root. */
export type CompileText = (text: string, path: string) => CompiledText;

/**
 * A part of a template, compiled once: either a value that every row shares, or what to do for each row. `undefined` is
 * a part that is not written.
 */
export type Plan =
  | { readonly isConstant: true; readonly value: unknown }
  | { readonly isConstant: false; render(params: Params, run: RowRun): unknown };

/** Compiles a struct of a template. Texts and the keys of maps are rendered, everything else is copied. */
export function planStruct(value: unknown, type: StructType, path: string, compile: CompileText): Plan {
  const given = (value ?? {}) as { readonly [key: string]: unknown };
  const names: string[] = [];
  const plans: Plan[] = [];
  for (const [name, field] of type.fields) {
    const plan = planField(Object.hasOwn(given, name) ? given[name] : undefined, field, fieldPath(path, name), compile);
    if (plan.isConstant && plan.value === undefined) continue;
    names.push(name);
    plans.push(plan);
  }
  return assemble(plans, (values) => record(names, values));
}

function planField(value: unknown, field: Field, path: string, compile: CompileText): Plan {
  if (value === undefined || value === null) {
    return constant(field.presence === "always" ? emptyValue(field.type, path) : undefined);
  }
  const plan = planValue(value, field.type, path, compile);
  if (field.presence !== "filled") return plan;
  if (plan.isConstant) return isEmpty(plan.value) ? constant(undefined) : plan;
  return mayBeEmpty(field.type) ? unlessEmpty(plan) : plan;
}

/** A list keeps its length and a struct its fields: only texts and maps can become empty by rendering. */
function mayBeEmpty({ kind }: GoType): boolean {
  return kind === "string" || kind === "struct";
}

function unlessEmpty(plan: Exclude<Plan, { isConstant: true }>): Plan {
  return {
    isConstant: false,
    render(params, run) {
      const value = plan.render(params, run);
      return isEmpty(value) ? undefined : value;
    },
  };
}

function planValue(value: unknown, type: GoType, path: string, compile: CompileText): Plan {
  switch (type.kind) {
    case "struct":
      return planStruct(value, type, path, compile);
    case "list":
      return planList(value as readonly unknown[], type.item, path, compile);
    case "map":
      return planMap(value as { readonly [key: string]: unknown }, type.value, path, compile);
    case "raw":
      return planRaw(value, path, compile);
    default:
      return typeof value === "string" ? planText(value, path, compile) : constant(decodeValue(value, type, path));
  }
}

function planText(text: string, path: string, compile: CompileText): Plan {
  const compiled = compile(text, path);
  return compiled.constant
    ? constant(text)
    : { isConstant: false, render: (params, run) => compiled.render(params, run) };
}

function planList(items: readonly unknown[], type: GoType, path: string, compile: CompileText): Plan {
  const plans = items.map((item, index) =>
    item === null ? constant(emptyValue(type)) : planValue(item, type, `${path}[${index}]`, compile),
  );
  return assemble(plans, (values) => values);
}

interface PlannedEntry {
  readonly key: string | CompiledText;
  readonly value: Plan;
}

/** The value of an entry is rendered before its key, as Argo CD does; of two keys that come out equal the last wins. */
function planMap(map: { readonly [key: string]: unknown }, type: GoType, path: string, compile: CompileText): Plan {
  const entries = Object.keys(map).map((key): PlannedEntry => {
    const value =
      map[key] === null ? constant(emptyValue(type)) : planValue(map[key], type, fieldPath(path, key), compile);
    return { value, key: planKey(key, path, compile) };
  });
  return planEntries(entries);
}

function planKey(key: string, path: string, compile: CompileText): string | CompiledText {
  const compiled = compile(key, fieldPath(path, key));
  return compiled.constant ? key : compiled;
}

function planEntries(entries: readonly PlannedEntry[]): Plan {
  const keys = entries.map((entry) => entry.key);
  const plans = entries.map((entry) => entry.value);
  if (keys.every((key): key is string => typeof key === "string")) {
    return assemble(plans, (values) => record(keys, values));
  }
  return {
    isConstant: false,
    render(params, run) {
      const map = newRecord<unknown>();
      for (const { key, value } of entries) {
        const rendered = value.isConstant ? value.value : value.render(params, run);
        map[typeof key === "string" ? key : key.render(params, run)] = rendered;
      }
      return map;
    },
  };
}

/** JSON of any form: nulls in maps disappear, in lists they stay; numbers pass through a double. */
function planRaw(value: unknown, path: string, compile: CompileText): Plan {
  if (typeof value === "string") return planText(value, path, compile);
  if (typeof value === "bigint") return constant(Number(value));
  if (Array.isArray(value)) {
    const plans = value.map((item, index) => planRaw(item, `${path}[${index}]`, compile));
    return assemble(plans, (values) => values);
  }
  if (!isMap(value)) return constant(value);
  const kept = Object.keys(value).filter((key) => value[key] !== null && value[key] !== undefined);
  const entries = kept.map((key): PlannedEntry => {
    const planned = planRaw(value[key], fieldPath(path, key), compile);
    return { value: planned, key: planKey(key, path, compile) };
  });
  return planEntries(entries);
}

function constant(value: unknown): Plan {
  return { isConstant: true, value };
}

/** Puts parts together: once when all are constant, so that every row shares the result, else for each row. */
function assemble(plans: readonly Plan[], build: (values: unknown[]) => unknown): Plan {
  if (plans.every((plan) => plan.isConstant)) return constant(freeze(build(plans.map((plan) => plan.value))));
  const shared = plans.map((plan) => (plan.isConstant ? plan.value : undefined));
  const dynamic = plans.flatMap((plan, index) => (plan.isConstant ? [] : [{ index, render: plan.render }]));
  return {
    isConstant: false,
    render(params, run) {
      const values = shared.slice();
      for (const { index, render } of dynamic) values[index] = render(params, run);
      return build(values);
    },
  };
}

function record(names: readonly string[], values: readonly unknown[]): { [key: string]: unknown } {
  const fields = newRecord<unknown>();
  for (let index = 0; index < names.length; index++) {
    const value = values[index];
    if (value !== undefined) fields[names[index] as string] = value;
  }
  return fields;
}

/** Rows share it: a later change to one would be a change to all. */
function freeze(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.freeze(value) : value;
}
