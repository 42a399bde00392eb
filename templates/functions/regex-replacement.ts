import type { Match } from "./regex-program.ts";

const reference = /^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/u;

/** Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `${name}` are groups, `$$` a dollar; a name takes every letter it can. */
export function expandReplacement(template: string, text: string, match: Match, names: readonly string[]): string {
  let out = "";
  let rest = template;
  for (let dollar = rest.indexOf("$"); dollar >= 0; dollar = rest.indexOf("$")) {
    out += rest.slice(0, dollar);
    rest = rest.slice(dollar + 1);
    const found = reference.exec(rest);
    if (rest.startsWith("$")) {
      out += "$";
      rest = rest.slice(1);
    } else if (found === null) out += "$";
    else {
      out += groupText(found[1] ?? (found[2] as string), text, match, names);
      rest = rest.slice(found[0].length);
    }
  }
  return out + rest;
}

/** A group that there is not, or that took no part, is empty. */
function groupText(name: string, text: string, match: Match, names: readonly string[]): string {
  const isNumber = /^(?:0|[1-9][0-9]{0,8})$/.test(name);
  const group = isNumber ? Number(name) : names.findIndex((other, index) => other === name && isMatched(match, index));
  return group >= 0 && isMatched(match, group) ? text.slice(match[2 * group], match[2 * group + 1]) : "";
}

function isMatched(match: Match, group: number): boolean {
  return (match[2 * group] ?? -1) >= 0;
}
