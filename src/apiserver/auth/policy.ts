import type { ClusterStore } from "../store/cluster-store.ts";
import type { StoredObject } from "../store/stored.ts";
import type { Change } from "../store/watch-log.ts";
import type { Attributes } from "./attributes.ts";
import { CompiledRole, type PolicyRule } from "./rules.ts";
import { accountUserName, isMaster, type User } from "./user.ts";

export const rbacGroup = "rbac.authorization.k8s.io";
const roleResources = { Role: `${rbacGroup}/roles`, ClusterRole: `${rbacGroup}/clusterroles` } as const;
const bindingResources = [`${rbacGroup}/clusterrolebindings`, `${rbacGroup}/rolebindings`] as const;

export interface RoleRef {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Binding {
  readonly name: string;
  /** "" for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
  readonly keys: readonly string[];
}

/** The bindings of one namespace, or the cluster-wide ones, by whom they name. */
type Scope = Map<string, Map<string, Binding>>;

export interface Verdict {
  readonly allowed: boolean;
  /** Which binding allows it, or what was wrong on the way; "" when there is nothing to say. */
  readonly reason: string;
}

export interface RulesOfUser {
  readonly rules: readonly PolicyRule[];
  readonly errors: readonly string[];
}

/**
 * Who may do what in one logical cluster. Bindings stand by subject and roles are compiled when first asked for, and both
 * follow the store change by change: a question costs what the asker's own bindings hold, however many others there are.
 */
export class Policy {
  readonly #store: ClusterStore;
  readonly #scopes = new Map<string, Scope>();
  readonly #bindings = new Map<string, Binding>();
  readonly #roles = new Map<string, CompiledRole>();
  #isBuilt = false;

  constructor(store: ClusterStore) {
    this.#store = store;
  }

  allows(user: User, asked: Attributes): boolean {
    if (isMaster(user)) return true;
    for (const binding of this.#bindingsOf(user, asked.namespace)) {
      if (this.#roleOf(binding)?.allows(asked) === true) return true;
    }
    return false;
  }

  /** The same with its reason, which takes the time to write it. */
  explain(user: User, asked: Attributes): Verdict {
    if (isMaster(user)) return { allowed: true, reason: "" };
    const errors = new Set<string>();
    for (const binding of this.#bindingsOf(user, asked.namespace)) {
      const role = this.#roleOf(binding);
      if (role === undefined) errors.add(missingRole(binding.roleRef));
      else if (role.allows(asked)) {
        return { allowed: true, reason: `RBAC: allowed by ${describeBinding(binding, user)}` };
      }
    }
    return { allowed: false, reason: errors.size === 0 ? "" : `RBAC: ${aggregate([...errors])}` };
  }

  /** All rules that hold for a user in a namespace, "" for those that hold everywhere. */
  rulesFor(user: User, namespace: string): RulesOfUser {
    const rules: PolicyRule[] = [];
    const errors = new Set<string>();
    for (const binding of this.#bindingsOf(user, namespace)) {
      const role = this.#roleOf(binding);
      if (role === undefined) errors.add(missingRole(binding.roleRef));
      else rules.push(...role.rules);
    }
    return { rules, errors: [...errors] };
  }

  /** The rules of a role, seen from a namespace; undefined when there is none. */
  roleRules(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    this.#build();
    return this.#role(ref, namespace)?.rules;
  }

  *#bindingsOf(user: User, namespace: string): Generator<Binding> {
    this.#build();
    const keys = [`u:${user.name}`, ...user.groups.map((group) => `g:${group}`)];
    yield* this.#bindingsIn("", keys);
    if (namespace !== "") yield* this.#bindingsIn(namespace, keys);
  }

  /** A binding that names the user in several ways counts once. */
  *#bindingsIn(namespace: string, keys: readonly string[]): Generator<Binding> {
    const scope = this.#scopes.get(namespace);
    if (scope === undefined) return;
    for (const [index, key] of keys.entries()) {
      for (const binding of scope.get(key)?.values() ?? []) {
        if (!keys.slice(0, index).some((earlier) => binding.keys.includes(earlier))) yield binding;
      }
    }
  }

  #roleOf({ roleRef, namespace }: Binding): CompiledRole | undefined {
    return this.#role(roleRef, namespace);
  }

  #role({ kind, name = "" }: RoleRef, namespace: string): CompiledRole | undefined {
    if (kind !== "Role" && kind !== "ClusterRole") return undefined;
    const home = kind === "Role" ? namespace : "";
    const key = `${kind}/${home}/${name}`;
    const known = this.#roles.get(key);
    if (known !== undefined) return known;
    const stored = this.#store.get(roleResources[kind], home, name);
    if (stored === undefined) return undefined;
    const role = new CompiledRole((stored.object.rules ?? []) as readonly PolicyRule[]);
    this.#roles.set(key, role);
    return role;
  }

  /** Nothing is read before somebody asks who is not an administrator. */
  #build(): void {
    if (this.#isBuilt) return;
    this.#isBuilt = true;
    for (const kind of ["Role", "ClusterRole"] as const) {
      this.#store.listen(roleResources[kind], ({ object }) => this.#forgetRole(kind, object));
    }
    for (const resource of bindingResources) {
      for (const stored of this.#store.list(resource)) this.#setBinding(stored);
      this.#store.listen(resource, (change) => this.#follow(change));
    }
  }

  #forgetRole(kind: string, { namespace, name }: StoredObject): void {
    this.#roles.delete(`${kind}/${namespace}/${name}`);
  }

  #follow({ type, object }: Change): void {
    this.#dropBinding(object.key);
    if (type !== "DELETED") this.#setBinding(object);
  }

  #dropBinding(key: string): void {
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    const scope = this.#scopes.get(binding.namespace);
    for (const subject of binding.keys) {
      const named = scope?.get(subject);
      named?.delete(key);
      if (named?.size === 0) scope?.delete(subject);
    }
    if (scope?.size === 0) this.#scopes.delete(binding.namespace);
  }

  #setBinding(stored: StoredObject): void {
    const binding = readBinding(stored);
    this.#bindings.set(stored.key, binding);
    let scope = this.#scopes.get(binding.namespace);
    if (scope === undefined) this.#scopes.set(binding.namespace, (scope = new Map()));
    for (const subject of binding.keys) {
      let named = scope.get(subject);
      if (named === undefined) scope.set(subject, (named = new Map()));
      named.set(stored.key, binding);
    }
  }
}

function readBinding({ namespace, name, object }: StoredObject): Binding {
  const { roleRef, subjects } = object as { readonly roleRef?: RoleRef; readonly subjects?: readonly Subject[] | null };
  const named = subjects ?? [];
  const keys = named.flatMap((subject) => subjectKey(subject, namespace));
  return { name, namespace, roleRef: roleRef ?? {}, subjects: named, keys: [...new Set(keys)] };
}

function subjectKey({ kind, name = "", namespace }: Subject, bindingNamespace: string): string[] {
  if (kind === "User") return [`u:${name}`];
  if (kind === "Group") return [`g:${name}`];
  if (kind !== "ServiceAccount") return [];
  const home = (namespace ?? "") === "" ? bindingNamespace : namespace!;
  return home === "" ? [] : [`u:${accountUserName({ namespace: home, name })}`];
}

function missingRole({ kind = "", name = "" }: RoleRef): string {
  if (kind !== "Role" && kind !== "ClusterRole") return `unsupported role reference kind: ${JSON.stringify(kind)}`;
  return `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found`;
}

function aggregate(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0]! : `[${errors.join(", ")}]`;
}

function describeBinding(binding: Binding, user: User): string {
  const { name, namespace, roleRef, subjects } = binding;
  const kind = namespace === "" ? "ClusterRoleBinding" : "RoleBinding";
  const shown = namespace === "" ? name : `${name}/${namespace}`;
  const own = new Set([`u:${user.name}`, ...user.groups.map((group) => `g:${group}`)]);
  const subject = subjects.find((one) => subjectKey(one, namespace).some((key) => own.has(key))) ?? {};
  const role = `${roleRef.kind} ${JSON.stringify(roleRef.name)}`;
  return `${kind} ${JSON.stringify(shown)} of ${role} to ${describeSubject(subject, namespace)}`;
}

function describeSubject({ kind = "", name = "", namespace }: Subject, bindingNamespace: string): string {
  if (kind !== "ServiceAccount") return `${kind} ${JSON.stringify(name)}`;
  const home = (namespace ?? "") === "" ? bindingNamespace : namespace!;
  return `${kind} ${JSON.stringify(`${name}/${home}`)}`;
}
