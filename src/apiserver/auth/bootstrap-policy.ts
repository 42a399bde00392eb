import { parseLabelSelector } from "../../base/selectors.ts";
import type { LogicalCluster } from "../cluster.ts";
import { systemRequest } from "../gc/bootstrap.ts";
import { trackWrite } from "../managed-fields/field-manager.ts";
import { timestamp, withMetadata, withNewIdentity } from "../objects/metadata.ts";
import policyFile from "../openapi/data/bootstrap-policy.json" with { type: "json" };
import type { KubeObject } from "../resources.ts";
import { writeContext } from "../verbs/write-request.ts";
import { type AggregatedRole, aggregatedRules } from "./aggregation.ts";
import { rbacGroup } from "./policy.ts";
import type { PolicyRule } from "./rules.ts";

interface BootstrapRole {
  readonly name: string;
  readonly labels?: { readonly [key: string]: string };
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: NonNullable<AggregatedRole["aggregationRule"]>;
}

interface BootstrapBinding {
  readonly name: string;
  readonly subjects: readonly unknown[];
}

const { roles, bindings } = policyFile as unknown as {
  readonly roles: readonly BootstrapRole[];
  readonly bindings: readonly BootstrapBinding[];
};

interface Template {
  readonly plural: string;
  readonly name: string;
  readonly object: KubeObject;
}

/** Alike in every cluster but for identity and time: a thousand members are not worth making them a thousand times. */
let templates: readonly Template[] | undefined;

/** The roles and bindings that every cluster has from the start. One that was deleted comes back with the next start. */
export function bootstrapPolicy(cluster: LogicalCluster): void {
  templates ??= [
    ...roles.map((role) => template(cluster, "clusterroles", roleObject(role), role)),
    ...bindings.map((binding) => template(cluster, "clusterrolebindings", bindingObject(binding))),
  ];
  const now = timestamp(cluster.now());
  for (const { plural, name, object } of templates) {
    const resource = `${rbacGroup}/${plural}`;
    if (cluster.store.get(resource, "", name) === undefined) cluster.store.put(resource, stamped(object, now));
  }
}

function stamped(object: KubeObject, now: string): KubeObject {
  const managedFields = (object.metadata?.managedFields ?? []).map((entry) => ({ ...(entry as object), time: now }));
  return withMetadata(withNewIdentity(object, now), { managedFields });
}

const apiVersion = `${rbacGroup}/v1`;

function metadataOf(name: string, labels: BootstrapRole["labels"]): NonNullable<KubeObject["metadata"]> {
  return {
    name,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}

function roleObject({ name, labels, aggregationRule, rules }: BootstrapRole): KubeObject {
  const metadata = metadataOf(name, labels);
  if (aggregationRule === undefined) return { apiVersion, kind: "ClusterRole", metadata, rules };
  return { apiVersion, kind: "ClusterRole", metadata, aggregationRule };
}

function bindingObject({ name, subjects }: BootstrapBinding): KubeObject {
  const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name };
  return { apiVersion, kind: "ClusterRoleBinding", metadata: metadataOf(name, undefined), roleRef, subjects };
}

function template(cluster: LogicalCluster, plural: string, object: KubeObject, role?: BootstrapRole): Template {
  const kind = cluster.kind(cluster.registry.byResource(rbacGroup, "v1", plural)!);
  const tracked = trackWrite(undefined, object, writeContext(systemRequest(cluster, kind, "")));
  const name = object.metadata?.name ?? "";
  return { plural, name, object: role?.aggregationRule === undefined ? tracked : withGathered(tracked, role) };
}

/** As the controller that gathers rules leaves a role. */
function withGathered(object: KubeObject, role: BootstrapRole): KubeObject {
  const owner = {
    manager: "clusterrole-aggregation-controller",
    operation: "Apply",
    apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:rules": {} },
  };
  const managedFields = [owner, ...(object.metadata?.managedFields ?? [])];
  return { ...withMetadata(object, { managedFields }), rules: gathered(role) };
}

/** An aggregated role may gather other aggregated ones: `admin` gathers `edit`, which gathers `view`. */
function gathered(role: BootstrapRole): readonly PolicyRule[] {
  const selected = roles.filter((other) => other.name !== role.name && selects(role, other));
  return aggregatedRules(
    role,
    selected.map((one) => (one.aggregationRule === undefined ? one : { ...one, rules: gathered(one) })),
  );
}

function selects({ aggregationRule }: BootstrapRole, { labels = {} }: BootstrapRole): boolean {
  return (aggregationRule?.clusterRoleSelectors ?? []).some((spec) => parseLabelSelector(spec).matches(labels));
}
