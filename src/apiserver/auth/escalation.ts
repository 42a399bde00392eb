import { isDeepStrictEqual } from "node:util";
import type { LogicalCluster } from "../cluster.ts";
import type { ResourcePath } from "../http/request-info.ts";
import type { Kind } from "../kinds/kind.ts";
import { withMetadata } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { forbidden, notFound } from "../status-error.ts";
import type { Permit } from "../verbs/write-request.ts";
import { type Attributes, resourceAttributes } from "./attributes.ts";
import { missingRules, TooManyRules } from "./coverage.ts";
import { denied } from "./denied.ts";
import { type RoleRef, rbacGroup } from "./policy.ts";
import { type PolicyRule, quotedList, ruleText } from "./rules.ts";
import { isMaster, type User } from "./user.ts";

/** Who writes what. */
export interface Writing {
  readonly user: User;
  readonly cluster: LogicalCluster;
  readonly kind: Kind;
  readonly target: ResourcePath;
}

/** What a write must be allowed beyond its own verb; undefined for those who may do everything. */
export function permitOf(writing: Writing): Permit | undefined {
  if (isMaster(writing.user)) return undefined;
  const guard = guards[writing.kind.resource];
  return {
    create: () => checkCreate(writing),
    change: (object, live) => {
      if (guard !== undefined && !isTidying(object, live)) guard(writing, object, live);
    },
  };
}

/** An update or apply that creates needs the right to create too. */
function checkCreate({ user, cluster, kind, target }: Writing): void {
  const { group, plural } = kind.definition;
  const { namespace, name } = target;
  const asked = resourceAttributes({ verb: "create", group, resource: plural, namespace, name });
  const verdict = cluster.auth.policy.explain(user, asked);
  if (!verdict.allowed) throw denied(user, asked, verdict.reason);
}

type Guard = (writing: Writing, object: KubeObject, live: KubeObject | undefined) => void;

/** Nobody may hand out rights that they do not have. */
const guards: { readonly [resource: string]: Guard } = {
  [`${rbacGroup}/roles`]: checkRole,
  [`${rbacGroup}/clusterroles`]: checkRole,
  [`${rbacGroup}/rolebindings`]: checkBinding,
  [`${rbacGroup}/clusterrolebindings`]: checkBinding,
};

/** A write that only lets an object go grants nothing. */
function isTidying(object: KubeObject, live: KubeObject | undefined): boolean {
  if (live === undefined) return false;
  const { finalizers, ownerReferences, managedFields } = live.metadata ?? {};
  return isDeepStrictEqual(plain(withMetadata(object, { finalizers, ownerReferences, managedFields })), plain(live));
}

function plain(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify(object));
}

const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

function checkRole(writing: Writing, object: KubeObject, live: KubeObject | undefined): void {
  const { kind, target } = writing;
  const { group, plural: resource } = kind.definition;
  const { name, namespace } = target;
  if (may(writing, { verb: "escalate", group, resource, name, namespace })) return;
  const refusal = missingRights(writing, (object.rules ?? []) as readonly PolicyRule[]);
  if (refusal !== undefined) throw forbidden(kind.definition, object.metadata?.name ?? "", refusal);
  if (!hasAggregation(object) && !hasAggregation(live)) return;
  if (missingRights(writing, everything) === undefined) return;
  const why = "must have cluster-admin privileges to use the aggregationRule";
  throw forbidden(kind.definition, object.metadata?.name ?? "", why);
}

function hasAggregation(role: KubeObject | undefined): boolean {
  const rule = role?.aggregationRule as { readonly clusterRoleSelectors?: readonly unknown[] } | undefined;
  return (rule?.clusterRoleSelectors ?? []).length > 0;
}

function checkBinding(writing: Writing, object: KubeObject): void {
  const { kind, target, cluster } = writing;
  const ref = (object.roleRef ?? {}) as RoleRef;
  const isKnown = ref.kind === "ClusterRole" || (ref.kind === "Role" && kind.definition.namespaced);
  // What is wrong in itself is told by the validation that follows.
  if (!isKnown || (ref.name ?? "") === "") return;
  const resource = ref.kind === "ClusterRole" ? "clusterroles" : "roles";
  const asked = {
    verb: "bind",
    group: ref.apiGroup ?? "",
    resource,
    name: ref.name ?? "",
    namespace: target.namespace,
  };
  if (may(writing, asked)) return;
  const rules = cluster.auth.policy.roleRules(ref, target.namespace);
  if (rules === undefined) throw notFound(kind.definition, ref.name ?? "");
  const refusal = missingRights(writing, rules);
  if (refusal !== undefined) throw forbidden(kind.definition, object.metadata?.name ?? "", refusal);
}

function may({ user, cluster }: Writing, asked: Partial<Attributes> & { readonly verb: string }): boolean {
  return cluster.auth.policy.allows(user, resourceAttributes(asked));
}

/** Why these rules are not the user's to give; undefined when they are. */
function missingRights({ user, cluster, target }: Writing, wanted: readonly PolicyRule[]): string | undefined {
  const { rules, errors } = cluster.auth.policy.rulesFor(user, target.namespace);
  try {
    const missing = missingRules(rules, wanted);
    if (missing.length === 0) return undefined;
    const who = `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)})`;
    const shown = [...new Set(missing.map(ruleText))].sort();
    const resolution = errors.length === 0 ? "" : `; resolution errors: [${errors.join(" ")}]`;
    return `${who} is attempting to grant RBAC permissions not currently held:\n${shown.join("\n")}${resolution}`;
  } catch (error: unknown) {
    if (error instanceof TooManyRules) return error.message;
    throw error;
  }
}
