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
interface CompiledRule {
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

function compileRule(rule: PolicyRule): CompiledRule {
  const verb = oneOrAll(rule.verbs);
  const group = oneOrAll(rule.apiGroups);
  const resource = oneOrAll(rule.resources);
  const names = rule.resourceNames ?? [];
  // A star among names is the name of an object like any other.
  const name = names.length === 0 ? any : oneOf(names);
  const urls = rule.nonResourceURLs ?? [];
  return {
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

/** The rules of one role, found by the API group that is asked for: the large roles speak of many. */
export class CompiledRole {
  readonly rules: readonly PolicyRule[];
  readonly #byGroup = new Map<string, CompiledRule[]>();
  readonly #ofAnyGroup: CompiledRule[] = [];
  readonly #ofPaths: CompiledRule[] = [];

  constructor(rules: readonly PolicyRule[]) {
    this.rules = rules;
    for (const rule of rules) this.#add(rule, compileRule(rule));
  }

  #add({ apiGroups = [], nonResourceURLs = [] }: PolicyRule, compiled: CompiledRule): void {
    if (nonResourceURLs.length > 0) this.#ofPaths.push(compiled);
    if (apiGroups.includes("*")) this.#ofAnyGroup.push(compiled);
    else for (const group of new Set(apiGroups)) this.#ofGroup(group).push(compiled);
  }

  #ofGroup(group: string): CompiledRule[] {
    let rules = this.#byGroup.get(group);
    if (rules === undefined) this.#byGroup.set(group, (rules = []));
    return rules;
  }

  allows(asked: Attributes): boolean {
    if (asked.path !== undefined) return someAllows(this.#ofPaths, asked);
    const own = this.#byGroup.get(asked.group);
    return (own !== undefined && someAllows(own, asked)) || someAllows(this.#ofAnyGroup, asked);
  }
}

function someAllows(rules: readonly CompiledRule[], asked: Attributes): boolean {
  for (const rule of rules) if (rule.allows(asked)) return true;
  return false;
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
