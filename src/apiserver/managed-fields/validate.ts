import { type Atom, type ListAtom, type MapAtom, partFor, type ScalarType } from "./atom.ts";
import { isJsonList, isJsonMap, type Json } from "./json.ts";
import { itemElement } from "./list-items.ts";
import { elementText, fieldElement } from "./path-element.ts";

/** A value that does not fit its type, worded as Kubernetes does for an applied configuration. */
export interface TypeProblem {
  readonly path: string;
  readonly message: string;
}

/** Every place where a value does not fit the type; `duplicates` allows a list item to be there twice. */
export function typeProblems(value: Json, atom: Atom, duplicates: boolean): TypeProblem[] {
  const problems: TypeProblem[] = [];
  check(value, atom, "", { duplicates, problems });
  return problems;
}

export function problemsText(problems: readonly TypeProblem[]): string {
  const lines = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return lines.length === 1 ? lines[0]! : ["errors:", ...lines.map((line) => `  ${line}`)].join("\n");
}

interface Sink {
  readonly duplicates: boolean;
  readonly problems: TypeProblem[];
}

function check(value: Json, atom: Atom, path: string, sink: Sink): void {
  const part = partFor(atom, value);
  if (part.map !== undefined) checkMap(part.map, value, path, sink);
  else if (part.scalar !== undefined) checkScalar(part.scalar, value, path, sink);
  else if (part.list !== undefined) checkList(part.list, value, path, sink);
}

function checkMap(atom: MapAtom, value: Json, path: string, sink: Sink): void {
  if (value === null) return;
  if (!isJsonMap(value)) {
    sink.problems.push({ path, message: `expected map, got ${goWrapped(value)}` });
    return;
  }
  for (const name of Object.keys(value).sort()) {
    const at = path + elementText(fieldElement(name));
    const type = atom.field(name)?.atom ?? atom.rest;
    if (type !== undefined) check(value[name]!, type, at, sink);
    else {
      // Kubernetes stops at the first field that a struct does not have.
      sink.problems.push({ path: at, message: "field not declared in schema" });
      return;
    }
  }
}

function checkList(atom: ListAtom, value: Json, path: string, sink: Sink): void {
  if (value === null) return;
  if (!isJsonList(value)) {
    sink.problems.push({ path, message: `expected list, got ${goWrapped(value)}` });
    return;
  }
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const element = atom.associative ? itemElement(atom, item) : `i:${index}`;
    if (typeof element !== "string") {
      sink.problems.push({ path, message: `element ${index}: ${element.problem}` });
      return;
    }
    if (atom.associative && seen.has(element) && !sink.duplicates) {
      sink.problems.push({ path, message: `duplicate entries for key ${elementText(element)}` });
    }
    seen.add(element);
    check(item, atom.element, path + elementText(element), sink);
  }
}

const scalarChecks: { readonly [K in ScalarType]: readonly [test: (value: Json) => boolean, expected: string] } = {
  numeric: [(value) => typeof value === "number", "numeric (int or float)"],
  string: [(value) => typeof value === "string", "string"],
  boolean: [(value) => typeof value === "boolean", "boolean"],
  untyped: [(value) => typeof value !== "object", "any scalar"],
};

function checkScalar(scalar: ScalarType, value: Json, path: string, sink: Sink): void {
  if (value === null) return;
  const [fits, expected] = scalarChecks[scalar];
  if (fits(value)) return;
  const got = scalar === "numeric" ? goType(value) : scalar === "string" ? goSyntax(value) : goWrapped(value);
  sink.problems.push({ path, message: `expected ${expected}, got ${got}` });
}

function goType(value: Json): string {
  if (typeof value === "string" || typeof value === "boolean") return typeof value === "string" ? "string" : "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return isJsonList(value) ? "[]interface {}" : "map[string]interface {}";
}

/** The value as Go's `%v` prints it. */
function goValue(value: Json): string {
  if (value === null) return "<nil>";
  if (isJsonList(value)) return `[${value.map(goValue).join(" ")}]`;
  if (!isJsonMap(value)) return String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goValue(value[key]!)}`).join(" ")}]`;
}

/** As Go's `%v` prints the wrapper that typed values come in. */
function goWrapped(value: Json): string {
  return `&{${goValue(value)}}`;
}

/** The same as Go's `%#v` prints it. */
function goSyntax(value: Json): string {
  return `&value.valueUnstructured{Value:${goLiteral(value)}}`;
}

function goLiteral(value: Json): string {
  if (isJsonList(value)) return `[]interface {}{${value.map(goLiteral).join(", ")}}`;
  if (!isJsonMap(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `map[string]interface {}{${keys.map((key) => `${JSON.stringify(key)}:${goLiteral(value[key]!)}`).join(", ")}}`;
}
