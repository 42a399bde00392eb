// biome-ignore-all lint/suspicious/noExplicitAny: answers have every shape

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const generated = /\bgen-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
const versionInMessage =
  /(resourceVersion\\?":\\?"|resource version: |resource version of |current: |object's version: |ResourceVersion in record \()\d+/gi;

/**
 * An answer without what no two servers can have in common: identities, times, versions, continue tokens. Keys are in
 * order, and so are lists that Kubernetes fills from its maps.
 */
export function mask(value: any, key = ""): any {
  if (Array.isArray(value)) return maskList(value, key);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => [name.replace(uid, "<uid>"), mask(value[name], name)]),
    );
  }
  return typeof value === "string" ? maskText(value, key) : value;
}

function maskText(text: string, key: string): string {
  if (key === "resourceVersion" && /^\d+$/.test(text)) return text === "0" ? "0" : "<version>";
  if (key === "cells" && /^\d+s$/.test(text)) return "<age>";
  if (key === "continue" && text !== "") return "<token>";
  const plain = text
    .replace(uid, "<uid>")
    .replace(time, "<time>")
    .replace(generated, "gen-<random>")
    .replace(versionInMessage, "$1<version>");
  return key === "message" ? sortErrors(plain) : plain;
}

/** Kubernetes walks maps in no order: the errors of one message come in any. */
function sortErrors(message: string): string {
  const [, intro, lines] = /^(.*: errors:)\n(.*)$/s.exec(message) ?? [];
  if (intro !== undefined && lines !== undefined) return [intro, ...lines.split(/\n(?= {2}\.)/).sort()].join("\n");
  const [, head, list] = /^(.*is invalid: )\[(.*)\]$/s.exec(message) ?? [];
  if (head === undefined || list === undefined) return message;
  const errors = list.split(/, (?=(?:[\w.<[\]*"-]+|<nil>): [A-Z])/);
  return `${head}[${errors.sort().join(", ")}]`;
}

function maskList(list: readonly any[], key: string): any[] {
  const masked = list.map((item) => mask(item, key === "cells" ? key : ""));
  // Managers are in order of time, which is in seconds: two servers need not pass the same second.
  if (key === "causes" || key === "managedFields") masked.sort(byText);
  return masked;
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
