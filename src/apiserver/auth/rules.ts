import type { Attributes } from "./attributes.ts";

/** One rule of a Role or ClusterRole, as it stands in the object. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule made ready for asking. */
export interface CompiledRule {
  readonly rule: PolicyRule;
  allows(asked: Attributes): boolean;
}

type Test = (value: string) => boolean;

const any: Test = () => true;
const none: Test = () => false;

function oneOrAll(values: readonly string[] = []): Test {
  return values.includes("*") ? any : oneOf(values);
}

/** Most lists hold one or two entries, where a set would cost more than it saves. */
function oneOf(values: readonly string[]): Test {
  const [only] = values;
  if (values.length === 0) return none;
  if (values.length === 1) return (value) => value === only;
  const set = new Set(values);
  return (value) => set.has(value);
}

export function compileRule(rule: PolicyRule): CompiledRule {
  const verb = oneOrAll(rule.verbs);
  const group = oneOrAll(rule.apiGroups);
  const resource = oneOrAll(rule.resources);
  const names = rule.resourceNames ?? [];
  // A star among names is the name of an object like any other.
  const name = names.length === 0 ? any : oneOf(names);
  const urls = rule.nonResourceURLs ?? [];
  return {
    rule,
    allows(asked) {
      if (!verb(asked.verb)) return false;
      const { path, subresource } = asked;
      if (path !== undefined) return urls.some((url) => coversUrl(url, path));
      if (!group(asked.group) || !name(asked.name)) return false;
      if (subresource === "") return resource(asked.resource);
      return resource(`${asked.resource}/${subresource}`) || resource(`*/${subresource}`);
    },
  };
}

/** A star stands for every path when alone, and for the rest of one at its end. */
export function coversUrl(owned: string, path: string): boolean {
  if (owned === "*" || owned === path) return true;
  return owned.endsWith("*") && path.startsWith(owned.replace(/\*+$/, ""));
}

/** The rule as the refusal of an escalation shows it: Go's quoting, only the lists that hold something. */
export function ruleText(rule: PolicyRule): string {
  const lists = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ] as const;
  const shown = lists.filter(([, values]) => (values ?? []).length > 0);
  return `{${shown.map(([name, values]) => `${name}:${quotedList(values ?? [])}`).join(", ")}}`;
}

export function quotedList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}
