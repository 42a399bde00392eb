import { type EngineName, newRowRun } from "../../templates/engine.ts";
import { engineNames, loadEngine } from "../../templates/registry.ts";
import { FleetError, messageOf, UsageError } from "../base/errors.ts";
import { formatJson, parseJson } from "../base/json.ts";
import { copyValue, isMap, own, type Params, type Value, type ValueMap } from "../base/values.ts";
import { parseYaml } from "../base/yaml.ts";
import type { CommandContext } from "./command.ts";
import { warn, write } from "./io.ts";
import { FileError, inputName, readInput } from "./read-input.ts";

export interface Expression {
  readonly template: string | undefined;
  readonly engine: EngineName;
  readonly options: readonly string[];
  /** Path of the file with the parameters. */
  readonly params: string | undefined;
  readonly asJson: boolean;
}

/** Renders one text and prints it. Gives the exit code; a failing template is thrown. */
export async function evaluate({ io }: CommandContext, expression: Expression): Promise<number> {
  if (expression.template === undefined) {
    throw new UsageError("there is no template to evaluate", {
      details: { remedy: "give it as an argument, or --batch FILE" },
    });
  }
  if (expression.template === "-" && expression.params === "-") {
    throw new UsageError("standard input cannot be both the template and the parameters", {
      details: { remedy: "give one of them as a file or an argument" },
    });
  }
  const text = expression.template === "-" ? await readInput(io, "-") : expression.template;
  const params = expression.params === undefined ? {} : await readParams(io, expression.params);
  const run = newRowRun();
  const engine = await loadEngine(expression.engine);
  const out = engine.compile(text, "template", { options: expression.options }).render(params, run);
  if (run.nonDeterministic)
    warn(io, "the result differs from call to call: the template uses a function of time or chance");
  await write(io.stdout, expression.asJson ? `${formatJson({ out })}\n` : `${out}\n`);
  return 0;
}

async function readParams(io: CommandContext["io"], path: string): Promise<Params> {
  const value = asParams(parseYaml(await readInput(io, path), path === "-" ? {} : { file: path }));
  if (isMap(value)) return value;
  throw new FileError(`${inputName(path)} holds no map of parameters`, {
    details: { file: inputName(path), remedy: "write the parameters as a YAML or JSON object" },
  });
}

/** Every number of parameters is a float64, as Go decodes them. */
function asParams(value: Value): Value {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asParams);
  if (!isMap(value)) return value;
  return copyValue(Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asParams(entry)])));
}

/** Renders each entry of a list on its own and prints the results in the same order. */
export async function evaluateBatch({ io }: CommandContext, path: string): Promise<number> {
  const entries = parseJson(await readInput(io, path)) as Value;
  if (!Array.isArray(entries)) {
    throw new FileError(`${inputName(path)} holds no list`, {
      details: { file: inputName(path), remedy: "write a JSON list of {T, O, D, M}" },
    });
  }
  await write(io.stdout, "[");
  let separator = "\n";
  for (const entry of entries) {
    await write(io.stdout, `${separator}${formatJson(await result(entry))}`);
    separator = ",\n";
  }
  await write(io.stdout, "\n]\n");
  return 0;
}

async function result(entry: Value): Promise<ValueMap> {
  try {
    return { out: await render(entry) };
  } catch (error: unknown) {
    // An entry that fails is an answer here; what is not ours would be a mistake in the engine and is told as such.
    const at = error instanceof FleetError ? position(error.details) : "";
    return { err: `${at}${messageOf(error)}` };
  }
}

function position({ line, column }: { readonly line?: number; readonly column?: number }): string {
  return line === undefined ? "" : `line ${line}${column === undefined ? "" : `, column ${column}`}: `;
}

async function render(entry: Value): Promise<string> {
  if (!isMap(entry)) throw new FileError("the entry is not an object");
  const [text, options, data, name] = [own(entry, "T"), own(entry, "O"), own(entry, "D"), own(entry, "M")];
  if (typeof text !== "string") throw new FileError("the entry has no text T");
  const engine = await loadEngine(engineOf(name));
  const params = asParams(data ?? {});
  if (!isMap(params)) throw new FileError("D is not an object");
  const compiled = engine.compile(text, "T", { options: Array.isArray(options) ? options.map(String) : [] });
  return compiled.render(params, newRowRun());
}

function engineOf(name: Value | undefined): EngineName {
  const engine = engineNames.find((known) => known === (name ?? "go"));
  if (engine !== undefined) return engine;
  throw new FileError(`there is no engine ${formatJson(name)}, use one of ${engineNames.join(", ")}`);
}
