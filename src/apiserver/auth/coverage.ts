import { coversUrl, type PolicyRule } from "./rules.ts";

/** A rule of one verb on one resource, one named object or one path. */
interface Atom {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly name?: string;
  readonly url?: string;
}

/** More than this is refused unread: no role that people write comes near. */
const maxAtoms = 100_000;

export class TooManyRules extends Error {}

/** What of the wanted rules the owned ones do not cover, joined again where only the verb differs. */
export function missingRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  checkSize(wanted);
  const atoms = wanted.flatMap(atomsOf);
  return compact(atoms.filter((atom) => !owned.some((rule) => covers(rule, atom))));
}

function checkSize(rules: readonly PolicyRule[]): void {
  let total = 0;
  for (const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } of rules) {
    total += verbs.length * apiGroups.length * resources.length * Math.max(1, resourceNames.length);
    total += verbs.length * nonResourceURLs.length;
    if (total > maxAtoms) throw new TooManyRules(`rules that stand for more than ${maxAtoms} permissions`);
  }
}

function atomsOf({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  const atoms: Atom[] = [];
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        if (resourceNames.length === 0) atoms.push({ verb, group, resource });
        for (const name of resourceNames) atoms.push({ verb, group, resource, name });
      }
  for (const url of nonResourceURLs) for (const verb of verbs) atoms.push({ verb, url });
  return atoms;
}

function covers(owner: PolicyRule, { verb, group, resource, name, url }: Atom): boolean {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = owner;
  if (!verbs.includes("*") && !verbs.includes(verb)) return false;
  if (url !== undefined) return nonResourceURLs.some((owned) => coversUrl(owned, url));
  if (group === undefined || resource === undefined) return false;
  if (!apiGroups.includes("*") && !apiGroups.includes(group)) return false;
  if (resourceNames.length > 0 && (name === undefined || !resourceNames.includes(name))) return false;
  return coversResource(resources, resource);
}

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes("*") || owned.includes(resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && owned.includes(`*/${resource.slice(slash + 1)}`);
}

/** Verbs of one resource are told together; anything that is named, or a path, stands alone. */
function compact(atoms: readonly Atom[]): readonly PolicyRule[] {
  const rules: PolicyRule[] = [];
  const verbsOf = new Map<string, string[]>();
  for (const { verb, group = "", resource = "", name, url } of atoms) {
    if (url !== undefined) {
      rules.push({ verbs: [verb], nonResourceURLs: [url] });
      continue;
    }
    const key = JSON.stringify([group, resource, name ?? null]);
    const known = verbsOf.get(key);
    if (known !== undefined) {
      known.push(verb);
      continue;
    }
    const verbs = [verb];
    verbsOf.set(key, verbs);
    rules.push({
      verbs,
      apiGroups: [group],
      resources: [resource],
      ...(name !== undefined && { resourceNames: [name] }),
    });
  }
  return rules;
}
