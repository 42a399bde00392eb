/** What is wrong with a name, in Kubernetes' words; empty when nothing is. */
export type NameCheck = (name: string) => string[];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const dns1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualified})?`;
const configKey = "[-._a-zA-Z0-9]+";

const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const dns1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const qualifiedMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelValueMessage = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
const configKeyMessage = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";

function patternMessage(message: string, pattern: string, ...examples: readonly string[]): string {
  const listed = examples.map((example) => `'${example}', `).join(" or ");
  return `${message} (e.g. ${listed}regex used for validation is '${pattern}')`;
}

/** Names count characters, keys and values of labels bytes: both mean bytes. */
function lengthMessage(limit: number, unit: "characters" | "bytes" = "characters"): string {
  return `must be no more than ${limit} ${unit}`;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

interface Rule {
  readonly pattern: string;
  readonly message: string;
  readonly examples: readonly string[];
  readonly limit: number;
  readonly unit?: "bytes";
}

function check(rule: Rule): NameCheck {
  const expression = new RegExp(`^${rule.pattern}$`);
  return (name) => [
    ...(byteLength(name) > rule.limit ? [lengthMessage(rule.limit, rule.unit)] : []),
    ...(expression.test(name) ? [] : [patternMessage(rule.message, rule.pattern, ...rule.examples)]),
  ];
}

const subdomainRule: Rule = { pattern: subdomain, message: subdomainMessage, examples: ["example.com"], limit: 253 };
export const subdomainName = check(subdomainRule);
const prefixName = check({ ...subdomainRule, unit: "bytes" });
const subdomainExpression = new RegExp(`^${subdomain}$`);
const strictLabelName = check({ pattern: label, message: labelMessage, examples: ["my-name", "123-abc"], limit: 63 });

export function labelName(name: string): string[] {
  const problems = strictLabelName(name);
  const isDotted = problems.length > 0 && name.includes(".") && subdomainExpression.test(name);
  return isDotted ? [...problems.slice(0, -1), "must not contain dots"] : problems;
}

export const dns1035Name = check({
  pattern: dns1035,
  message: dns1035Message,
  examples: ["my-name", "abc-123"],
  limit: 63,
});
export const labelValueProblems = check({
  pattern: labelValue,
  message: labelValueMessage,
  examples: ["MyValue", "my_value", "12345"],
  limit: 63,
  unit: "bytes",
});

const qualifiedExpression = new RegExp(`^${qualified}$`);
const qualifiedExamples = ["MyName", "my.name", "123-abc"];

/** `name` or `example.com/name`: keys of labels and annotations, finalizers. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2) {
    const message = `a valid label key ${patternMessage(qualifiedMessage, qualified, ...qualifiedExamples)}`;
    return [`${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1)!;
  return [...(parts.length === 2 ? prefixProblems(parts[0]!) : []), ...namePartProblems(name)];
}

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  return prefixName(prefix).map((problem) => `prefix part ${problem}`);
}

function namePartProblems(name: string): string[] {
  const problems: string[] = [];
  if (name === "") problems.push("name part must be non-empty");
  else if (byteLength(name) > 63) problems.push(`name part ${lengthMessage(63, "bytes")}`);
  if (!qualifiedExpression.test(name)) {
    problems.push(`name part ${patternMessage(qualifiedMessage, qualified, ...qualifiedExamples)}`);
  }
  return problems;
}

/** A name that may stand in a path: roles and bindings take nothing narrower. */
export function pathSegmentName(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

const configKeyExpression = new RegExp(`^${configKey}$`);

/** Keys of ConfigMaps and Secrets. */
export function configKeyProblems(key: string): string[] {
  const problems: string[] = [];
  if (byteLength(key) > 253) problems.push(lengthMessage(253));
  if (!configKeyExpression.test(key)) {
    problems.push(patternMessage(configKeyMessage, configKey, "key.name", "KEY_NAME", "key-name"));
  }
  if (key === "." || key === "..") problems.push(`must not be '${key}'`);
  else if (key.startsWith("..")) problems.push("must not start with '..'");
  return problems;
}

/** A name that more is appended to: a trailing dash stands for what comes. */
export function asPrefix(nameCheck: NameCheck): NameCheck {
  return (name) => nameCheck(name.endsWith("-") ? `${name.slice(0, -1)}a` : name);
}
