import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import type { GeneratedSet } from "../render/generated-set.ts";
import { planDigest } from "./digest.ts";
import { type Emptied, emptiedNow } from "./emptied.ts";
import type { DeletionBudget, Guarded } from "./guard.ts";
import { adoptAnnotation, approveAnnotation, guard } from "./guard.ts";
import type { PreservedFields } from "./merge.ts";
import type { ChangeSet } from "./plan.ts";
import { planChanges } from "./plan.ts";

export interface SetPlanInputs {
  readonly set: ApplicationSet;
  readonly generated: GeneratedSet;
  /** Every live Application that the set owns or whose name it generates; those being deleted count as gone. */
  readonly live: readonly Application[];
  /** Of fleetset itself. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly budget?: DeletionBudget;
  /** Servers whose empty lists are in doubt; told by what was generated alone when absent. */
  readonly emptied?: readonly Emptied[];
  readonly preserved?: PreservedFields;
  /** A digest that a person has approved, besides the one in the set's annotation. */
  readonly approvedDigest?: string;
}

/** All about one set: what it generates, what that changes, what of it is held, and the digest that names this plan. */
export interface SetPlan {
  readonly set: ApplicationSet;
  readonly generated: GeneratedSet;
  readonly changes: ChangeSet;
  readonly guarded: Guarded;
  readonly digest: string;
}

/** Plans one set. Pure, and the one function that the controller and the command line both plan with. */
export function planSet(inputs: SetPlanInputs): SetPlan {
  const { set, generated, version } = inputs;
  const live = inputs.live.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  // A name that is still being deleted is free only once it is gone; its end is an event that brings us back.
  const going = new Set(
    inputs.live.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name),
  );
  const desired = going.size === 0 ? generated.valid : generated.valid.filter((app) => !going.has(app.metadata.name));
  const changes = planChanges({
    ...{ set, live, desired, protectedNames: new Set(generated.invalid.map(({ name }) => name)) },
    ...(inputs.preserved === undefined ? {} : { preserved: inputs.preserved }),
  });
  const digest = planDigest({
    ...{ spec: set.spec, inputs: generated.inputs, engineVersion: version, changes: changes.changes },
  });
  const approvedDigest = inputs.approvedDigest ?? set.metadata.annotations?.[approveAnnotation];
  const guarded = guard(changes, {
    ...{ completeness: generated.completeness, rowCount: generated.rowCount, digest, nowMs: inputs.nowMs },
    ...{ adopt: handedOver(set, live), emptied: inputs.emptied ?? emptiedNow(generated) },
    ...(approvedDigest === undefined ? {} : { approvedDigest }),
    ...(inputs.budget === undefined ? {} : { budget: inputs.budget }),
  });
  return { set, generated, changes, guarded, digest };
}

function handedOver(set: ApplicationSet, live: readonly Application[]): ReadonlySet<string> {
  const wanted = live.filter(({ metadata }) => metadata.annotations?.[adoptAnnotation] === set.metadata.name);
  return new Set(wanted.map(({ metadata }) => metadata.name));
}
