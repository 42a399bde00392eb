import { UsageError } from "../../base/errors.ts";
import type { CommandSpec } from "../command.ts";
import { listFlag, outputFlag, textFlag } from "../flags.ts";

/** `fleetset eval`: tries a template on parameters. */
export const evalCommand: CommandSpec = {
  name: "eval",
  summary: "try a template expression on parameters",
  description:
    "Renders one text as a string of an ApplicationSet's template is rendered. Parameters come from a YAML or JSON file. " +
    "With --batch, FILE is a list of {T, O, D, M}: text, options, parameters and engine (go, flat, handlebars); the output is a " +
    "list of {out} or {err} in the same order, and the exit code is 0 even where entries failed.",
  arguments: [{ usage: "[template]", description: "the text; - reads it from standard input" }],
  flags: [
    { flags: "--engine <name>", description: "template engine", choices: ["go", "flat", "handlebars"], default: "go" },
    {
      flags: "--option <option>",
      description: "a goTemplateOptions entry, such as missingkey=error (repeatable)",
      repeat: true,
    },
    { flags: "--params <file>", description: "file with the parameters, YAML or JSON; - reads standard input" },
    { flags: "--batch <file>", description: "file with a JSON list of expressions; - reads standard input" },
    outputFlag(["text", "json"], "text"),
  ],
  examples: [
    `fleetset eval '{{ .name | upper }}-{{ .env }}' --params row.yaml`,
    `fleetset eval --engine flat '{{path.basename}}' --params row.yaml`,
    "fleetset eval --batch expressions.json -o json",
  ],
  async run(context, [template], flags) {
    const { evaluate, evaluateBatch } = await import("../evaluate.ts");
    const batch = textFlag(flags, "batch");
    if (batch !== undefined && template !== undefined) {
      throw new UsageError("--batch reads its templates from a file, and one is given as an argument too", {
        details: { remedy: "leave one of them out" },
      });
    }
    if (batch !== undefined) return evaluateBatch(context, batch);
    return evaluate(context, {
      template,
      engine: (textFlag(flags, "engine") ?? "go") as "go",
      options: listFlag(flags, "option"),
      params: textFlag(flags, "params"),
      asJson: textFlag(flags, "output") === "json",
    });
  },
};
