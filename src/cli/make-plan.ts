import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import { FleetError } from "../base/errors.ts";
import { isNotFound } from "../kube/errors.ts";
import { listAll } from "../kube/list.ts";
import type { DeletionBudget } from "../plan/guard.ts";
import { isOwnedBy } from "../plan/plan.ts";
import { planSet, type SetPlan } from "../plan/plan-set.ts";
import { generateSet } from "../render/generated-set.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { parseBudget } from "./deletion-budget.ts";
import { isSet, listFlag, textFlag } from "./flags.ts";
import { applicationSetType, applicationType } from "./fleet.ts";
import { located, refuseInvalid, tellWarnings } from "./generate-files.ts";
import { warn } from "./io.ts";
import { type LoadedSet, loadSets } from "./load-sets.ts";
import type { World } from "./world.ts";

/** Two ApplicationSets of one call that would write the same Application. */
export class OverlapError extends FleetError {
  readonly reason = "ApplicationValidationError";
  readonly retryable = false;
}

/** The ApplicationSets of the files that the flags name, with what they warn of told. Standard input is read but once. */
export async function readSets(
  context: CommandContext,
  flags: FlagValues,
  world: World,
): Promise<readonly LoadedSet[]> {
  const { sets, warnings } = await loadSets(context.io, listFlag(flags, "filename"), world.namespace);
  for (const warning of warnings) warn(context.io, warning);
  return sets;
}

export interface PlanSettings {
  readonly world: World;
  /** Digests that a person has agreed to, by `namespace/name` of the set: the deletions of those plans are not held. */
  readonly approved?: ReadonlyMap<string, string> | undefined;
}

/** Plans sets against the live Applications: those of the hub, or offline those of the inventory. */
export async function makePlans(
  context: CommandContext,
  flags: FlagValues,
  sets: readonly LoadedSet[],
  settings: PlanSettings,
): Promise<readonly SetPlan[]> {
  const budget = parseBudget(textFlag(flags, "deletionBudget"));
  const plans: SetPlan[] = [];
  for (const loaded of sets) plans.push(await planLoaded(context, loaded, { ...settings, budget, flags }));
  refuseOverlap(plans);
  return plans;
}

/** Tells what is accepted and likely a mistake in the sets of plans. */
export function tellPlanWarnings({ io }: CommandContext, plans: readonly SetPlan[]): void {
  for (const { set, generated } of plans) tellWarnings(io, set, generated.warnings);
}

interface LoadedSettings extends PlanSettings {
  readonly budget: DeletionBudget | undefined;
  readonly flags: FlagValues;
}

async function planLoaded(context: CommandContext, loaded: LoadedSet, settings: LoadedSettings): Promise<SetPlan> {
  const { world, budget, flags, approved } = settings;
  const approvedDigest = approved?.get(`${loaded.set.metadata.namespace}/${loaded.set.metadata.name}`);
  const set = await withIdentity(world, loaded.set);
  const options = { newGitFileGlobbing: isSet(flags, "enableNewGitFileGlobbing"), signal: context.signal };
  const generated = await located(loaded, () => generateSet(set, world.ports, options));
  // Names that are missing or used twice are a mistake in the template: nothing of such a set is written.
  const unnamed = generated.invalid.filter(({ reason }) => reason === "NoName" || reason === "DuplicateName");
  await located(loaded, async () => refuseInvalid(unnamed));
  const names = new Set(generated.valid.map(({ metadata }) => metadata.name));
  const live = await liveApplications(world, set.metadata.namespace ?? world.namespace);
  return planSet({
    ...{ set, generated, version: context.version, nowMs: Date.now() },
    live: live.filter((app) => names.has(app.metadata.name) || isOwnedBy(app, set)),
    ...(budget === undefined ? {} : { budget }),
    ...(approvedDigest === undefined ? {} : { approvedDigest }),
  });
}

/** A set that lives on the hub owns what it generates there: its uid and its approvals come from the hub. */
async function withIdentity({ hub }: World, set: ApplicationSet): Promise<ApplicationSet> {
  if (hub === undefined) return set;
  try {
    const { name, namespace } = set.metadata;
    const { metadata } = await hub.client.get({ ...applicationSetType, namespace: namespace ?? hub.namespace, name });
    const annotations = { ...metadata.annotations, ...set.metadata.annotations };
    return {
      ...set,
      metadata: { ...set.metadata, annotations, ...(metadata.uid === undefined ? {} : { uid: metadata.uid }) },
    };
  } catch (error: unknown) {
    if (isNotFound(error)) return set;
    throw error;
  }
}

async function liveApplications({ hub, inventory }: World, namespace: string): Promise<readonly Application[]> {
  if (hub !== undefined) {
    const { items } = await listAll(hub.client, { ...applicationType, namespace });
    return items as unknown as Application[];
  }
  const objects = inventory.entries.map(({ object }) => object).filter(({ kind }) => kind === "Application");
  const here = objects.filter(({ metadata }) => (metadata.namespace ?? namespace) === namespace);
  return here as unknown as Application[];
}

function refuseOverlap(plans: readonly SetPlan[]): void {
  const writers = new Map<string, string>();
  for (const { set, generated } of plans) {
    for (const { metadata } of generated.valid) {
      const key = `${metadata.namespace}/${metadata.name}`;
      const other = writers.get(key);
      if (other !== undefined) {
        throw new OverlapError(`ApplicationSets ${other} and ${set.metadata.name} both generate Application ${key}`, {
          details: {
            object: `Application ${key}`,
            field: "spec.template.metadata.name",
            remedy: "give them names that differ",
          },
        });
      }
      writers.set(key, set.metadata.name);
    }
  }
}
