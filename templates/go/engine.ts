import type { Params } from "../../src/base/values.ts";
import { type CompiledText, type CompileOptions, type RowRun, type TemplateEngine, TemplateError } from "../engine.ts";
import { toValidText } from "./bytes.ts";
import { toTemplateError } from "./fault.ts";
import { type MissingKey, parseOptions } from "./missing-key.ts";
import { compileProgram, type Program, runProgram } from "./program.ts";

/** Bounds of the cache: entries, and characters of template text in all of them. */
const maxEntries = 20_000;
const maxCharacters = 16 << 20;

/** A text longer than this is not even parsed. */
const maxTextLength = 2 << 20;

/** Compiled texts by their options and text; the oldest goes first. */
class ProgramCache {
  private readonly programs = new Map<string, Program>();
  private characters = 0;

  get(text: string, missingKey: MissingKey): Program {
    const key = `${missingKey} ${text}`;
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const program = compileProgram(text, missingKey);
    this.programs.set(key, program);
    this.characters += key.length;
    this.evict();
    return program;
  }

  private evict(): void {
    for (const key of this.programs.keys()) {
      if (this.programs.size <= maxEntries && this.characters <= maxCharacters) return;
      this.programs.delete(key);
      this.characters -= key.length;
    }
  }
}

const cache = new ProgramCache();

/**
 * Go's text/template as of Go 1.26 with the functions of sprig and Argo CD: `goTemplate: true`. Each distinct text is parsed
 * once, whatever the number of rows; a text without an action never reaches the engine. A `TemplateError` names the field,
 * line, column, action and what to do.
 */
export const goEngine: TemplateEngine = {
  name: "go",

  compile(text: string, where: string, { options = [] }: CompileOptions = {}): CompiledText {
    const missingKey = parseOptions(options, where);
    if (!text.includes("{{")) return { constant: true, render: () => text };
    const program = compileAt(text, where, missingKey);
    return { constant: false, render: (params, run) => renderAt(program, where, missingKey, { params, run }) };
  },
};

function compileAt(text: string, where: string, missingKey: MissingKey): Program {
  if (text.length > maxTextLength) {
    throw new TemplateError(`${where}: the template is longer than ${maxTextLength} characters`, { field: where });
  }
  try {
    return cache.get(text, missingKey);
  } catch (error) {
    throw toTemplateError(error, text, where);
  }
}

function renderAt(
  program: Program,
  where: string,
  missingKey: MissingKey,
  row: { readonly params: Params; readonly run: RowRun },
): string {
  try {
    return toValidText(runProgram(program, missingKey, row.params, row.run));
  } catch (error) {
    throw toTemplateError(error, program.text, where);
  }
}
