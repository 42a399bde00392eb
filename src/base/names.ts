const labelPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const subdomainPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const namePartPattern = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const longestSubdomain = 253;
const longestLabel = 63;

/** What is wrong with an object name (a DNS-1123 subdomain, as most kinds want it); undefined when nothing is. */
export function subdomainProblem(name: string): string | undefined {
  if (name.length > longestSubdomain) return `must be no more than ${longestSubdomain} characters`;
  if (subdomainPattern.test(name)) return undefined;
  return "must consist of lower case letters, digits, '-' or '.', and begin and end with a letter or digit";
}

/** What is wrong with a DNS-1123 label: a namespace's name, or a part of a name. */
export function labelNameProblem(name: string): string | undefined {
  if (name.length > longestLabel) return `must be no more than ${longestLabel} characters`;
  if (labelPattern.test(name)) return undefined;
  return "must consist of lower case letters, digits or '-', and begin and end with a letter or digit";
}

/** What is wrong with a label or annotation key: a qualified name with an optional DNS prefix, `example.com/name`. */
export function qualifiedNameProblem(key: string): string | undefined {
  const parts = key.split("/");
  if (parts.length > 2) return "must be a name with an optional DNS prefix and one '/' (such as example.com/name)";
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : [undefined, key];
  const wrong = prefix === undefined ? undefined : subdomainProblem(prefix);
  if (wrong !== undefined) return `prefix part ${prefix === "" ? "must not be empty" : wrong}`;
  if (name === "") return "name part must not be empty";
  if (name.length > longestLabel) return `name part must be no more than ${longestLabel} characters`;
  if (namePartPattern.test(name)) return undefined;
  return "name part must consist of letters, digits, '-', '_' or '.', and begin and end with a letter or digit";
}

/** What is wrong with the value of a label. */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > longestLabel) return `must be no more than ${longestLabel} characters`;
  if (value === "" || namePartPattern.test(value)) return undefined;
  return "must be empty or consist of letters, digits, '-', '_' or '.', and begin and end with a letter or digit";
}

/**
 * Argo CD's `normalize`: lower case, anything but letters, digits, `-` and `.` becomes `-` (one for each character), cut to
 * 253, then dots and dashes trimmed from both ends. The result may be empty.
 */
export function normalizeName(text: string): string {
  const kept = /^[-a-z0-9.]*$/.test(text) ? text : [...text].map(normalizeCharacter).join("");
  return trimEnds(kept.slice(0, longestSubdomain));
}

/** Go lowers each character to one, where JavaScript may give two. */
function normalizeCharacter(character: string): string {
  const lower = String.fromCodePoint(character.toLowerCase().codePointAt(0) ?? 0x2d);
  return /^[-a-z0-9.]$/.test(lower) ? lower : "-";
}

function trimEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isEdge(text.charCodeAt(start))) start++;
  while (end > start && isEdge(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isEdge(code: number): boolean {
  return code === 0x2d || code === 0x2e;
}
