import { InvalidError } from "../../base/errors.ts";
import { type LabelSelectorSpec, parseLabelSelector, type Selector } from "../../base/selectors.ts";
import type { LogicalCluster } from "../cluster.ts";
import { systemRequest } from "../gc/bootstrap.ts";
import { type ControllerOptions, WorkQueue } from "../gc/work-queue.ts";
import type { KubeObject } from "../resources.ts";
import type { StoredObject } from "../store/stored.ts";
import { patchObject } from "../verbs/patch.ts";
import { rbacGroup } from "./policy.ts";
import type { PolicyRule } from "./rules.ts";

export interface AggregatedRole {
  readonly name: string;
  readonly labels?: { readonly [key: string]: string } | undefined;
  readonly rules?: readonly PolicyRule[] | undefined;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelectorSpec[] } | undefined;
}

/** The rules of all roles that an aggregation rule selects, each once, in the order of selectors and of names. */
export function aggregatedRules(role: AggregatedRole, all: readonly AggregatedRole[]): readonly PolicyRule[] {
  const byName = [...all].sort((left, right) => (left.name < right.name ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const spec of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = readSelector(spec);
    for (const { name, labels = {}, rules: own = [] } of byName) {
      if (name === role.name || selector?.matches(labels) !== true) continue;
      for (const rule of own) rules.set(textOf(rule), rules.get(textOf(rule)) ?? rule);
    }
  }
  return [...rules.values()];
}

/** A selector that cannot be read selects nothing. */
function readSelector(spec: LabelSelectorSpec): Selector | undefined {
  try {
    return parseLabelSelector(spec);
  } catch (error: unknown) {
    if (error instanceof InvalidError) return undefined;
    throw error;
  }
}

/** Equal for rules that say the same in the same order. */
function textOf({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

const resource = `${rbacGroup}/clusterroles`;
const manager = "clusterrole-aggregation-controller";

/** Keeps the rules of cluster roles with an aggregation rule what the selected roles make them. */
export class RoleAggregator {
  readonly #cluster: LogicalCluster;
  readonly #queue: WorkQueue;
  readonly #stop: () => void;
  /** The roles that gather others: few, whatever the number of roles. */
  readonly #names = new Set<string>();

  constructor(cluster: LogicalCluster, options: ControllerOptions) {
    this.#cluster = cluster;
    this.#queue = new WorkQueue((name) => this.#gather(name), options);
    for (const stored of cluster.store.list(resource)) this.#observe(stored);
    this.#stop = cluster.store.listen(resource, ({ type, object }) => {
      if (type === "DELETED") this.#names.delete(object.name);
      else this.#observe(object);
      for (const name of this.#names) this.#queue.add(name);
    });
  }

  stop(): void {
    this.#stop();
    this.#queue.stop();
  }

  #observe({ name, json }: StoredObject): void {
    if (json.includes('"aggregationRule":')) this.#names.add(name);
    else this.#names.delete(name);
  }

  #gather(name: string): void {
    const { store, registry } = this.#cluster;
    const live = store.get(resource, "", name);
    const definition = registry.byResource(rbacGroup, "v1", "clusterroles");
    if (live === undefined || definition === undefined) return;
    const role = roleOf(live.object);
    if (role.aggregationRule === undefined) return;
    const rules = aggregatedRules(
      role,
      [...store.list(resource)].map((stored) => roleOf(stored.object)),
    );
    if (JSON.stringify(rules.map(textOf)) === JSON.stringify((role.rules ?? []).map(textOf))) return;
    const kind = this.#cluster.kind(definition);
    const wanted = { apiVersion: kind.apiVersion, kind: definition.kind, metadata: { name }, rules };
    const request = { ...systemRequest(this.#cluster, kind, ""), name, manager };
    patchObject({ ...request, patchType: "apply", force: true }, JSON.stringify(wanted));
  }
}

function roleOf({ metadata, ...rest }: KubeObject): AggregatedRole {
  const { rules, aggregationRule } = rest as Pick<AggregatedRole, "rules" | "aggregationRule">;
  return {
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    ...(rules !== undefined && rules !== null && { rules }),
    ...(aggregationRule !== undefined && aggregationRule !== null && { aggregationRule }),
  };
}
