import { isFields, listAt, textAt } from "../table/fields.ts";

/** What keeps a namespace that is being deleted. */
export interface Remains {
  /** How many objects are left, by resource: `group/plural`. */
  readonly resources: ReadonlyMap<string, number>;
  /** How many objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
}

interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

type Finding = Pick<Condition, "type" | "status" | "reason" | "message">;

function fine(type: string, reason: string, message: string): Finding {
  return { type, status: "False", reason, message };
}

function found(remains: Remains): readonly Finding[] {
  return [
    fine("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    fine(
      "NamespaceDeletionGroupVersionParsingFailure",
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    fine(
      "NamespaceDeletionContentFailure",
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    contentRemaining(remains.resources),
    finalizersRemaining(remains.finalizers),
  ];
}

function contentRemaining(resources: ReadonlyMap<string, number>): Finding {
  const type = "NamespaceContentRemaining";
  if (resources.size === 0) return fine(type, "ContentRemoved", "All content successfully removed");
  const lines = [...resources].map(([resource, count]) => {
    const [group, plural] = resource.split("/");
    return `${plural}.${group} has ${count} resource instances`;
  });
  const message = `Some resources are remaining: ${lines.sort().join(", ")}`;
  return { type, status: "True", reason: "SomeResourcesRemain", message };
}

function finalizersRemaining(finalizers: ReadonlyMap<string, number>): Finding {
  const type = "NamespaceFinalizersRemaining";
  if (finalizers.size === 0) {
    return fine(type, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
  }
  const lines = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${lines.sort().join(", ")}`;
  return { type, status: "True", reason: "SomeFinalizersRemain", message };
}

/** The status with conditions that tell what is left; the same one when nothing has changed. */
export function withConditions(status: unknown, remains: Remains, now: string): object {
  const before = listAt(status, "conditions");
  const kept = isFields(status) ? status : {};
  const findings = found(remains);
  const own = findings.map((finding) => merged(before, finding, now));
  const others = before.filter((condition) => !findings.some(({ type }) => type === textAt(condition, "type")));
  const isSame = others.length + own.length === before.length && own.every((condition) => before.includes(condition));
  return isSame ? kept : { ...kept, conditions: [...others, ...own] };
}

function merged(before: readonly unknown[], finding: Finding, now: string): unknown {
  const old = before.find((condition) => textAt(condition, "type") === finding.type);
  const isSameStatus = textAt(old, "status") === finding.status;
  if (isSameStatus && textAt(old, "message") === finding.message) return old;
  const { type, status, reason, message } = finding;
  const lastTransitionTime = isSameStatus ? textAt(old, "lastTransitionTime") : now;
  return { type, status, lastTransitionTime, reason, message };
}
