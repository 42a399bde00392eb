import type { Schema } from "../resources.ts";

const token = /'(?:[^'\\]|\\[\s\S])*'|[.[\]]|[^.[\]']+|'/g;
const escapes: { readonly [letter: string]: string } = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "'": "'",
  "\\": "\\",
};

/** The field that a rule's `fieldPath` names, as errors show it: `.a['b c']` is `a[b c]` or `a.b c`. Undefined for none. */
export function resolveFieldPath(path: string, schema: Schema): string | undefined {
  const tokens = path.match(token) ?? [];
  let place: Place | undefined = { at: "", schema };
  for (let index = 0; index < tokens.length && place !== undefined; index += tokens[index] === "." ? 2 : 3) {
    const name = tokens[index] === "." ? tokens[index + 1] : quotedAt(tokens, index);
    place = name === undefined ? undefined : step(place, name);
  }
  return place?.at;
}

interface Place {
  readonly at: string;
  readonly schema: Schema;
}

function step({ at, schema }: Place, name: string): Place | undefined {
  const { properties, additionalProperties } = schema;
  if (properties === undefined) {
    return typeof additionalProperties === "object"
      ? { at: `${at}[${name}]`, schema: additionalProperties }
      : undefined;
  }
  const own = ownSchema(properties, name);
  return own === undefined ? undefined : { at: at === "" ? name : `${at}.${name}`, schema: own };
}

function ownSchema(properties: { readonly [name: string]: Schema }, name: string): Schema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** `['name']`. */
function quotedAt(tokens: readonly string[], index: number): string | undefined {
  const [open, text = "", close] = tokens.slice(index, index + 3);
  if (open !== "[" || close !== "]" || !/^'[\s\S]*'$/.test(text) || text.length < 2) return undefined;
  const escaped = text.slice(1, -1);
  if ([...escaped.matchAll(/\\(.)/gs)].some(([, letter]) => !Object.hasOwn(escapes, letter!))) return undefined;
  return escaped.replace(/\\(.)/gs, (_, letter: string) => escapes[letter]!);
}
