import type { ApplicationSet } from "../../crds/application-set.ts";
import { kubeTime } from "../base/clock.ts";
import type { Emptied } from "./emptied.ts";
import { graceEndMs, graceMessage } from "./grace.ts";
import { type Change, type ChangeSet, controllerOf, type Hold, type HoldReason, isOwnedBy } from "./plan.ts";
import { mayDelete, mayUpdate, policyOf } from "./policy.ts";

export type Completeness = "complete" | "partial" | "failed";

/**
 * What the guard must know besides the changes. `approvedDigest` is the digest of a plan that a person has approved; the
 * budget is the share and number of live Applications whose deletion in one plan needs that approval.
 */
export interface GuardInputs {
  readonly completeness: Completeness;
  /** Servers whose lists are empty, which is in doubt. */
  readonly emptied?: readonly Emptied[];
  /** Rows that were generated, valid or not. */
  readonly rowCount: number;
  readonly digest: string;
  readonly approvedDigest?: string;
  readonly budget?: DeletionBudget;
  /** Milliseconds since 1970, for the grace of deletions. */
  readonly nowMs: number;
  /** Names of Applications without an owner that a person has handed to this set. */
  readonly adopt?: ReadonlySet<string>;
}

/** Deletions above `maxCount`, or above `maxPercent` of the live Applications, are held. */
export interface DeletionBudget {
  readonly maxCount?: number;
  readonly maxPercent?: number;
  /** The percentage counts only from this number of deletions on. */
  readonly percentFrom: number;
  /**
   * `hold`: no deletion when the set generates nothing at all, or when a server's list turned empty. `delete`: an empty list
   * is as good as any. When absent only the lists of servers are doubted.
   */
  readonly onEmptyInput?: "hold" | "delete" | undefined;
}

/**
 * The one deliberate difference from Argo CD: to delete more than half of a set's Applications and at least three, or for a
 * server's list that turned empty, needs approval.
 */
export const defaultBudget: DeletionBudget = { maxPercent: 50, percentFrom: 3 };

export interface Guarded {
  readonly allowed: readonly Change[];
  readonly held: readonly Hold[];
}

type Verdict = { readonly reason: HoldReason; readonly message: string; readonly release: string } | undefined;

/** Splits the changes into those that may be carried out and those that are held, each with its reason. Pure. */
export function guard(changes: ChangeSet, inputs: GuardInputs): Guarded {
  const allowed: Change[] = [];
  const held: Hold[] = [];
  const forDeletes = deletionVerdict(changes, inputs);
  for (const change of changes.changes) {
    const verdict = verdictOf(change, changes.set, inputs, forDeletes);
    if (verdict === undefined) allowed.push(change);
    else held.push({ change, ...verdict });
  }
  return { allowed, held };
}

function verdictOf(change: Change, set: ApplicationSet, inputs: GuardInputs, forDeletes: Verdict): Verdict {
  if (change.action === "none") return ownership(change, set, inputs);
  const policy = policyOf(set);
  if (change.action === "delete")
    return mayDelete(policy) ? (forDeletes ?? grace(change, set, inputs)) : byPolicy(policy, "deleted");
  if (change.action === "update" && !mayUpdate(policy)) return byPolicy(policy, "updated");
  return ownership(change, set, inputs) ?? incomplete(set, inputs);
}

/** Absence that may be a blip: a deletion waits until the set's grace is over, unless a person has approved the plan. */
function grace(change: Change, set: ApplicationSet, inputs: GuardInputs): Verdict {
  if (inputs.approvedDigest !== undefined && inputs.approvedDigest === inputs.digest) return undefined;
  const endMs = graceEndMs(change, set, inputs.nowMs);
  if (endMs === undefined) return undefined;
  return { reason: "Grace", message: graceMessage(endMs), release: "wait, or approve the plan" };
}

function byPolicy(policy: string, verb: string): Verdict {
  return {
    reason: "Policy",
    message: `applicationsSync is ${policy}: live Applications are not ${verb}`,
    release: "change spec.syncPolicy.applicationsSync",
  };
}

function ownership(change: Change, set: ApplicationSet, inputs: GuardInputs): Verdict {
  const { live, name } = change;
  if (live === undefined || isOwnedBy(live, set)) return undefined;
  const owner = controllerOf(live);
  if (owner !== undefined) {
    return {
      reason: "OwnedByAnotherSet",
      message: `Application ${name} belongs to ${owner.kind} ${owner.name}`,
      release: `give it another name in spec.template.metadata.name, or take it out of ${owner.kind} ${owner.name}`,
    };
  }
  if (inputs.adopt?.has(name)) return undefined;
  return {
    reason: "NotOwned",
    message: `Application ${name} exists and belongs to no ApplicationSet`,
    release: `annotate it with ${adoptAnnotation}=${set.metadata.name} to hand it over, or rename the generated one`,
  };
}

/** On an Application without an owner: the name of the ApplicationSet that may take it over. */
export const adoptAnnotation = "fleetset.io/adopt-by";

/** On an ApplicationSet: the digest of the plan whose deletions a person has approved. */
export const approveAnnotation = "fleetset.io/approve-plan";

function incomplete(set: ApplicationSet, { completeness }: GuardInputs): Verdict {
  const proceeds = completeness === "partial" && set.spec.fleet?.partial === "proceed";
  if (completeness === "complete" || proceeds) return undefined;
  return {
    reason: "IncompleteInput",
    message: `what the generators read is ${completeness}`,
    release: "mend the input, or set spec.fleet.partial: proceed to let creates and updates of complete rows through",
  };
}

function deletionVerdict(changes: ChangeSet, inputs: GuardInputs): Verdict {
  if (inputs.completeness !== "complete") {
    return {
      reason: "IncompleteInput",
      message: `what the generators read is ${inputs.completeness}, which proves no absence`,
      release: "mend the input",
    };
  }
  if (inputs.approvedDigest !== undefined && inputs.approvedDigest === inputs.digest) return undefined;
  const budget = budgetOf(changes.set, inputs.budget ?? defaultBudget);
  const count = changes.changes.filter((change) => change.action === "delete").length;
  const release = `approve it: kubectl annotate applicationset ${changes.set.metadata.name} --overwrite ${approveAnnotation}=${inputs.digest}`;
  if (inputs.rowCount === 0 && count > 0 && budget.onEmptyInput === "hold") {
    return { reason: "EmptyInput", message: "the generators gave no row at all", release };
  }
  const doubted = budget.onEmptyInput === "delete" ? undefined : emptiedVerdict(inputs.emptied ?? [], release);
  if (doubted !== undefined) return doubted;
  const exceeded = exceeds(count, changes.liveCount, budget);
  return exceeded === undefined ? undefined : { reason: "DeletionBudget", message: exceeded, release };
}

/** A list that turned empty proves no absence: it may be the access that is gone, and not what was listed. */
function emptiedVerdict(emptied: readonly Emptied[], release: string): Verdict {
  const [first, ...others] = emptied;
  if (first === undefined) return undefined;
  const where = first.before === undefined ? "" : ` where it listed ${first.before} before`;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const ends = emptied.map(({ believedAtMs }) => believedAtMs ?? Number.POSITIVE_INFINITY);
  const end = Math.max(...ends);
  const wait = Number.isFinite(end) ? `wait until ${kubeTime(end)}, or ` : "";
  return {
    reason: "EmptyInput",
    message: `${first.source} lists nothing${where}${more}, which proves no absence`,
    release: `${wait}${release}`,
  };
}

function exceeds(count: number, live: number, budget: DeletionBudget): string | undefined {
  const what = `${count} of ${live} live Applications would be deleted`;
  if (budget.maxCount !== undefined && count > budget.maxCount) return `${what}, more than maxCount ${budget.maxCount}`;
  if (budget.maxPercent === undefined || count < budget.percentFrom) return undefined;
  return count * 100 > live * budget.maxPercent ? `${what}, more than ${budget.maxPercent}%` : undefined;
}

/** What the set says in `spec.fleet.deletion` replaces the default budget field by field. */
function budgetOf(set: ApplicationSet, fallback: DeletionBudget): DeletionBudget {
  const own = set.spec.fleet?.deletion;
  if (own === undefined || own === null) return fallback;
  return {
    ...(own.maxCount === undefined ? {} : { maxCount: own.maxCount }),
    ...(own.maxPercent === undefined
      ? fallback.maxPercent === undefined
        ? {}
        : { maxPercent: fallback.maxPercent }
      : { maxPercent: own.maxPercent }),
    percentFrom: own.maxPercent === undefined ? fallback.percentFrom : 1,
    onEmptyInput: own.onEmptyInput ?? fallback.onEmptyInput,
  };
}
