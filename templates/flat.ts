import type { Params } from "../src/base/values.ts";
import type { CompiledText, RowRun, TemplateEngine } from "./engine.ts";
import { TemplateError } from "./engine.ts";

/**
 * Argo CD's `{{name}}` substitution: a tag is replaced by the parameter of exactly that name, white space around it aside,
 * when that parameter is a text; anything else stays as it is written. No functions, no escapes, and results are not
 * rendered again. A text without a whole tag on one line is left alone; once there is one, tags may span lines, and one
 * that is opened and not closed is an error. Rule: the documentation of valyala/fasttemplate, as Argo CD calls it.
 */
export const flatEngine: TemplateEngine = { name: "flat", compile };

/** A tag: the key that is looked up, and the text that stays when there is none. */
interface Tag {
  readonly key: string;
  readonly source: string;
}

type Segment = string | Tag;

function compile(text: string, where: string): CompiledText {
  if (!hasTag(text)) return { constant: true, render: () => text };
  const segments = split(text, where);
  const keys = segments.filter((segment): segment is Tag => typeof segment !== "string");
  // Tags whose key is empty are never replaced.
  if (keys.every((tag) => tag.key === "")) return { constant: true, render: () => text };
  const [only] = segments;
  if (segments.length === 1 && typeof only === "object") return single(only, where);
  return { constant: false, render: (params, run) => join(segments, params, run, where) };
}

/** Whether some line holds `{{` and, after it, `}}`. */
function hasTag(text: string): boolean {
  let open = text.indexOf("{{");
  while (open >= 0) {
    const close = text.indexOf("}}", open + 2);
    if (close < 0) return false;
    const lineEnd = text.indexOf("\n", open);
    if (lineEnd < 0 || close < lineEnd) return true;
    open = text.indexOf("{{", lineEnd + 1);
  }
  return false;
}

function split(text: string, where: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    const close = text.indexOf("}}", open + 2);
    if (close < 0) throw unclosed(text, open, where);
    if (open > at) segments.push(text.slice(at, open));
    segments.push({ key: trimSpace(text.slice(open + 2, close)), source: text.slice(open, close + 2) });
    at = close + 2;
  }
  if (at < text.length) segments.push(text.slice(at));
  return segments;
}

// The white space of Go's strings.TrimSpace: unlike trim() with U+0085 and without U+FEFF.
const space =
  /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function trimSpace(text: string): string {
  return text.replace(space, "");
}

function single(tag: Tag, where: string): CompiledText {
  return {
    constant: false,
    render: (params, run) => {
      const text = substitute(tag, params);
      charge(text.length, run, where);
      return text;
    },
  };
}

function join(segments: readonly Segment[], params: Params, run: RowRun, where: string): string {
  let text = "";
  for (const segment of segments) text += typeof segment === "string" ? segment : substitute(segment, params);
  charge(text.length, run, where);
  return text;
}

function substitute(tag: Tag, params: Params): string {
  if (tag.key === "" || !Object.hasOwn(params, tag.key)) return tag.source;
  const value = params[tag.key];
  return typeof value === "string" ? value : tag.source;
}

/** Counts characters: never more than the bytes, and without a second look at every text. */
function charge(size: number, run: RowRun, where: string): void {
  run.outputBytes += size;
  if (run.outputBytes <= run.limits.maxOutputBytes) return;
  throw new TemplateError(`${where} makes the row larger than ${run.limits.maxOutputBytes} bytes`, {
    field: where,
    remedy: "shorten the parameters that it prints",
  });
}

function unclosed(text: string, open: number, where: string): TemplateError {
  const before = text.slice(0, open).split("\n");
  const line = before.length;
  const column = (before.at(-1) ?? "").length + 1;
  const action = text.slice(open, open + 40);
  return new TemplateError(`${where}: invalid template: line ${line}, column ${column}: {{ is not closed by }}`, {
    field: where,
    line,
    column,
    action,
    remedy: "close the tag with }}",
  });
}
