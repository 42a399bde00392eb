import type { ApplicationSet } from "../../crds/application-set.ts";
import { canonicalJson } from "../base/canonical.ts";
import { FleetError, UsageError } from "../base/errors.ts";
import { isMap, own } from "../base/values.ts";
import { parseYaml } from "../base/yaml.ts";
import { changesBeyond } from "../plan/digest.ts";
import { unmarked } from "../plan/grace.ts";
import type { SetPlan } from "../plan/plan-set.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import { type ApplyResult, applyPlan, describeFailure } from "../sync/apply-plan.ts";
import { markAbsent } from "../sync/mark-absent.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { confirm } from "./confirm.ts";
import type { Hub } from "./connect.ts";
import { applicationSetType } from "./fleet.ts";
import { type Io, note, write } from "./io.ts";
import type { LoadedSet } from "./load-sets.ts";
import { makePlans, readSets, tellPlanWarnings } from "./make-plan.ts";
import { formatPlan, heldAction, summary } from "./plan-text.ts";
import { openWorld } from "./ports.ts";
import { openProgress } from "./progress.ts";
import { readInput } from "./read-input.ts";
import { colorsFor } from "./show-plan.ts";

export interface ApplyRequest {
  readonly withSet: boolean;
  readonly planFile: string | undefined;
  readonly yes: boolean;
}

/** What is there now is not what the plan was made for. */
export class StalePlanError extends FleetError {
  readonly reason = "StalePlan";
  readonly retryable = false;
}

/** Plans, asks, and writes to the hub. Gives the exit code: 0 done, 1 something failed, 3 done with holds. */
export async function applyFiles(context: CommandContext, flags: FlagValues, request: ApplyRequest): Promise<number> {
  const { io } = context;
  const bound = request.planFile === undefined ? undefined : await readPlan(io, request.planFile);
  const world = await openWorld(context, flags, { needsHub: true });
  try {
    const hub = world.hub as Hub;
    const sets = await readSets(context, flags, world);
    const plan = () => makePlans(context, flags, sets, { world, approved: bound });
    const planned = await plan();
    tellPlanWarnings(context, planned);
    if (bound !== undefined) refuseStale(planned, bound);
    else if (!(await agree(context, planned, request.yes))) return 1;
    const plans = request.withSet ? await withSetsWritten({ hub, sets, planned, plan }) : planned;
    const results: ApplyResult[] = [];
    for (const plan of plans) results.push(...(await applyOne(context, hub, plan)));
    return await tell(io, plans, results);
  } finally {
    await world.close();
  }
}

async function agree(context: CommandContext, plans: readonly SetPlan[], yes: boolean): Promise<boolean> {
  if (!yes) await write(context.io.stderr, formatPlan(plans, colorsFor(context)));
  return confirm(context.io, "Apply these changes?", yes);
}

interface WithSets {
  readonly hub: Hub;
  readonly sets: readonly LoadedSet[];
  readonly planned: readonly SetPlan[];
  /** Plans anew, with the same approvals. */
  readonly plan: () => Promise<readonly SetPlan[]>;
}

/**
 * Writes the sets, and plans again with the uids that they have now. A controller that follows the hub may have done some
 * of it meanwhile; what is left must be among the changes agreed to.
 */
async function withSetsWritten({ hub, sets, planned, plan }: WithSets): Promise<readonly SetPlan[]> {
  for (const { set } of sets) await writeSet(hub, set);
  const plans = await plan();
  const agreed = new Map(planned.map((plan) => [keyOf(plan.set), plan]));
  for (const { set, guarded, digest, generated } of plans) {
    const before = agreed.get(keyOf(set));
    // Time and chance give other contents each time, which whoever uses them has agreed to.
    const beyond = changesBeyond(guarded.allowed, before?.guarded.allowed ?? [], generated.nonDeterministic);
    const [first] = beyond;
    if (first !== undefined)
      throw stalePlan(
        set,
        `the plan for ${keyOf(set)} would now ${first.action} ${first.name} too`,
        before?.digest,
        digest,
      );
  }
  return plans;
}

async function applyOne({ io, signal }: CommandContext, hub: Hub, plan: SetPlan): Promise<readonly ApplyResult[]> {
  const changes = plan.guarded.allowed.filter(({ action }) => action !== "none");
  const progress = openProgress(io, `applying ${plan.set.metadata.name}`, changes.length);
  try {
    const writing = { hub: hub.client, signal, onResult: () => progress.step() };
    const results = await applyPlan(changes, writing);
    await markAbsent(unmarked(plan.guarded.held), writing, Date.now());
    return results;
  } finally {
    progress.end();
  }
}

async function tell(io: Io, plans: readonly SetPlan[], results: readonly ApplyResult[]): Promise<number> {
  const done = results.filter(({ outcome }) => outcome !== "failed" && outcome !== "skipped");
  const lines = done.map(({ change, outcome }) => `application.argoproj.io/${change.name} ${outcome}\n`);
  await write(io.stdout, lines.join(""));
  const failed = results.filter(({ outcome }) => outcome === "failed");
  for (const failure of failed) note(io, `error: ApplyFailed: ${describeFailure(failure)}`);
  const invalid = plans.flatMap(({ generated }) => generated.invalid);
  for (const { message } of invalid) note(io, `error: ApplicationValidationError: ${message}`);
  for (const { change, message } of results.filter(({ outcome }) => outcome === "skipped")) {
    note(io, `warning: ${change.action} ${change.name}: ${message}`);
  }
  const held = plans.flatMap(({ guarded }) => guarded.held);
  for (const { change, reason, message, release } of held) {
    note(io, `warning: held ${heldAction(change)} ${change.name}: ${reason}: ${message}; to release: ${release}`);
  }
  note(io, `${summary(plans)} ${done.length} done, ${failed.length + invalid.length} failed.`);
  if (results.length > done.length || invalid.length > 0) return 1;
  return held.length > 0 ? 3 : 0;
}

/** Digests by `namespace/name` of the set, as `plan --out` wrote them. */
type Digests = ReadonlyMap<string, string>;

async function readPlan(io: Io, file: string): Promise<Digests> {
  const plan = parseYaml(await readInput(io, file), { file });
  const sets = isMap(plan) && own(plan, "kind") === "Plan" ? own(plan, "sets") : undefined;
  if (!Array.isArray(sets)) {
    throw new UsageError(`${file} is no plan`, { details: { file, remedy: "make one with fleetset plan --out FILE" } });
  }
  return new Map(
    sets.filter(isMap).map((set) => [`${own(set, "namespace")}/${own(set, "name")}`, String(own(set, "digest"))]),
  );
}

function refuseStale(plans: readonly SetPlan[], bound: Digests): void {
  for (const { set, digest } of plans) {
    const key = keyOf(set);
    if (bound.get(key) === digest) continue;
    throw stalePlan(
      set,
      bound.has(key) ? `the plan for ${key} is not what it was` : `the plan says nothing of ${key}`,
      bound.get(key),
      digest,
    );
  }
}

function stalePlan(set: ApplicationSet, found: string, planned: string | undefined, now: string): StalePlanError {
  const object = `ApplicationSet ${keyOf(set)}`;
  return new StalePlanError(`${found}: something changed since it was made`, {
    details: { object, planned, now, remedy: "plan again and look at it" },
  });
}

function keyOf({ metadata }: ApplicationSet): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Writes a set of a file to the hub by server-side apply. */
async function writeSet(hub: Hub, set: ApplicationSet): Promise<void> {
  const { name, namespace = hub.namespace, labels, annotations, finalizers } = set.metadata;
  const named = Object.entries({ labels, annotations, finalizers }).filter(([, value]) => value !== undefined);
  const body = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name, namespace, ...Object.fromEntries(named) },
    spec: specAsWritten(set),
  };
  const ref = { ...applicationSetType, namespace, name };
  await hub.client.patch(ref, { kind: "apply", body }, { fieldManager: "fleetset", force: true });
}

/** A fleet block that stands in the annotation stays there: the hub's own definition may not know the field. */
function specAsWritten(set: ApplicationSet): object {
  const { fleet, ...spec } = set.spec;
  const bare: ApplicationSet = { ...set, spec };
  const fromAnnotation = withFleetBlock(bare).spec.fleet;
  return canonicalJson(fromAnnotation ?? null) === canonicalJson(fleet ?? null) ? spec : set.spec;
}
