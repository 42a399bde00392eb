import { builtins } from "../go/builtins.ts";
import type { TemplateFunction } from "./function.ts";
import { type FunctionFamily, families } from "./registry.ts";

/**
 * The reference page of the functions, in Markdown: a table for each family with name, signature and what a function gives,
 * Go's built-ins first.
 */
export function functionReference(): string {
  const intro = [
    "# Template functions",
    "",
    "The functions of Go templates (`goTemplate: true`): sprig 3.3 without the ones that read the machine, and those of Argo CD.",
    "A function whose name starts with `must` does the same as the one without, but fails where that gives something empty.",
    "Results marked with * differ from call to call, so that an Application changes each time it is rendered.",
  ];
  return [...intro, ...[builtinFamily, ...families].flatMap(familyTable)].join("\n").concat("\n");
}

const builtinFamily: FunctionFamily = { title: "Built-in", functions: builtins };

function familyTable({ title, functions }: FunctionFamily): string[] {
  const rows = Object.keys(functions)
    .sort()
    .map((name) => row(name, functions[name] as TemplateFunction));
  return ["", `## ${title}`, "", "| name | signature | gives |", "| --- | --- | --- |", ...rows];
}

function row(name: string, { signature, doc, nonDeterministic }: TemplateFunction): string {
  const mark = nonDeterministic === true ? " *" : "";
  return `| \`${name}\` | \`${signature}\`${mark} | ${doc.replaceAll("|", "\\|")} |`;
}
