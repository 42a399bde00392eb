const width = 118;
// From here on lines are filled instead of indented further.
const deepest = 24;

type Node = string | number | boolean | null | readonly Node[] | { readonly [key: string]: Node | undefined };

/**
 * Writes a manifest as YAML with every map that fits on one line in braces: a definition of ten thousand fields stays small
 * enough to store and to read.
 */
export function formatManifest(value: object): string {
  return `${block(value as Node, 0).join("\n")}\n`;
}

function block(node: Node, indent: number): string[] {
  const pad = " ".repeat(indent);
  if (Array.isArray(node)) {
    return node.flatMap((item: Node) => {
      const [first = "", ...rest] = nested(item, indent + 2);
      return [`${pad}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof node !== "object" || node === null) return [pad + scalar(node as string)];
  return Object.entries(node as { readonly [key: string]: Node | undefined }).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const line = `${pad}${scalar(key)}: ${flow(value)}`;
    if (line.length <= width && !isMapOfMaps(value)) return [line];
    if (typeof value !== "object" || value === null) return [line];
    if (indent >= deepest) return [`${pad}${scalar(key)}:`, ...filled(value, indent + 2)];
    return [`${pad}${scalar(key)}:`, ...nested(value, Array.isArray(value) ? indent : indent + 2)];
  });
}

function nested(node: Node, indent: number): string[] {
  const line = " ".repeat(indent) + flow(node);
  return line.length <= width && !isMapOfMaps(node) ? [line] : block(node, indent);
}

/** The node in braces over as many lines as it takes. */
function filled(node: Node, indent: number): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const piece of pieces(node)) {
    if (line.length + piece.length > width && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = " ".repeat(indent);
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** The flow text of a node, cut where a line may end. */
function pieces(node: Node): string[] {
  const text = flow(node);
  if (typeof node !== "object" || node === null || text.length < 40) return [text];
  const [open, close] = Array.isArray(node) ? ["[", "]"] : ["{", "}"];
  const entries = Object.entries(node).filter(([, value]) => value !== undefined);
  const inner = entries.flatMap(([key, value], index) => {
    const [first = "", ...rest] = pieces(value as Node);
    const parts = [`${Array.isArray(node) ? "" : `${scalar(key)}: `}${first}`, ...rest];
    return index === entries.length - 1 ? parts : [...parts.slice(0, -1), `${parts.at(-1)}, `];
  });
  return [
    `${open}${inner[0] ?? ""}`,
    ...inner.slice(1, -1),
    ...(inner.length > 1 ? [`${inner.at(-1)}${close}`] : [close]),
  ];
}

/** Maps of several fields read better one below the other. */
function isMapOfMaps(node: Node): boolean {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return false;
  const values = Object.values(node);
  return (
    values.length > 1 && values.every((value) => typeof value === "object" && value !== null && !Array.isArray(value))
  );
}

function flow(node: Node): string {
  if (Array.isArray(node)) return `[${node.map(flow).join(", ")}]`;
  if (typeof node !== "object" || node === null) return scalar(node as string);
  const entries = Object.entries(node as { readonly [key: string]: Node | undefined });
  return `{${entries.flatMap(([key, value]) => (value === undefined ? [] : [`${scalar(key)}: ${flow(value)}`])).join(", ")}}`;
}

/** Only text that no reader can take for anything else goes without quotes. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z][A-Za-z0-9 _./-]*$/.test(value) && !value.endsWith(" ") && !reserved.test(value);
  return isPlain ? value : JSON.stringify(value);
}

const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
