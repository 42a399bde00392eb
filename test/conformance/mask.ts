// biome-ignore-all lint/suspicious/noExplicitAny: answers have every shape

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const generated = /\bgen-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const certificateId = /X509SHA256=[0-9a-f]+/g;
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
    .replace(jwt, "<jwt>")
    .replace(certificateId, "X509SHA256=<hash>")
    .replace(generated, "gen-<random>")
    .replace(/\bselfType\d+/g, "selfType<number>")
    .replace(versionInMessage, "$1<version>");
  return key === "message" ? sortErrors(sortQuotedManagers(plain)) : plain;
}

/** Messages quote whole objects, whose managers are in order of time as everywhere. */
function sortQuotedManagers(message: string): string {
  if (!message.includes("managedFields")) return message;
  return message.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const object = parsed(parsed(quoted));
    const managers = object?.metadata?.managedFields;
    if (!Array.isArray(managers)) return quoted;
    managers.sort(byText);
    return JSON.stringify(JSON.stringify(object));
  });
}

function parsed(text: any): any {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    // Not everything in quotes is JSON.
    return undefined;
  }
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

const unordered = new Set(["causes", "managedFields", "resourceRules", "nonResourceRules"]);

function maskList(list: readonly any[], key: string): any[] {
  const masked = list.map((item) => mask(item, key === "cells" ? key : ""));
  // Managers are in order of time, which is in seconds: two servers need not pass the same second.
  if (unordered.has(key)) masked.sort(byText);
  return masked;
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
