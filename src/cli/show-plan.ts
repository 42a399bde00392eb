import { writeFile } from "node:fs/promises";
import picocolors from "picocolors";
import { formatJson } from "../base/json.ts";
import type { SetPlan } from "../plan/plan-set.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { write } from "./io.ts";
import { makePlans, readSets, tellPlanWarnings } from "./make-plan.ts";
import { formatPlan, planData } from "./plan-text.ts";
import { openWorld } from "./ports.ts";
import { writing } from "./read-input.ts";

export interface PlanRequest {
  readonly asJson: boolean;
  readonly out: string | undefined;
  readonly detailedExitCode: boolean;
}

/** Plans and prints. Gives the exit code. */
export async function showPlan(context: CommandContext, flags: FlagValues, request: PlanRequest): Promise<number> {
  const { io, version } = context;
  const world = await openWorld(context, flags);
  try {
    const plans = await makePlans(context, flags, await readSets(context, flags, world), { world });
    tellPlanWarnings(context, plans);
    const asText = formatJson(planData(plans, version), 2);
    const { out } = request;
    if (out !== undefined) await writing(out, () => writeFile(out, `${asText}\n`, { mode: 0o600 }));
    await write(io.stdout, request.asJson ? `${asText}\n` : formatPlan(plans, colorsFor(context)));
    if (plans.some(({ generated }) => generated.invalid.length > 0)) return 1;
    return request.detailedExitCode ? detailedExitCode(plans) : 0;
  } finally {
    await world.close();
  }
}

/** Colours on a terminal, unless NO_COLOR says otherwise. */
export function colorsFor({ io, config }: Pick<CommandContext, "io" | "config">) {
  return picocolors.createColors(io.stdout.isTTY === true && !config.noColor);
}

function detailedExitCode(plans: readonly SetPlan[]): number {
  if (plans.some(({ guarded }) => guarded.held.length > 0)) return 3;
  return plans.some(({ guarded }) => guarded.allowed.some(({ action }) => action !== "none")) ? 2 : 0;
}
