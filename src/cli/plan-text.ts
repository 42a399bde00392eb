import type { Colors } from "picocolors/types.js";
import { formatJson } from "../base/json.ts";
import type { FieldChange } from "../plan/diff.ts";
import type { Change, Hold } from "../plan/plan.ts";
import type { SetPlan } from "../plan/plan-set.ts";
import { printable, printableLine } from "./printable.ts";

const signs = { create: "+", update: "~", delete: "-", none: " " } as const;
const maxValueLength = 120;

/** The plan as people read it: a block for each set, a line for each change with the fields of an update below it. */
export function formatPlan(plans: readonly SetPlan[], colors: Colors): string {
  const blocks = plans.map((plan) => formatSet(plan, colors));
  return `${blocks.join("\n")}\n${summary(plans)}\n`;
}

function formatSet({ set, guarded, generated, digest }: SetPlan, colors: Colors): string {
  const changes = guarded.allowed.filter(({ action }) => action !== "none");
  const notes = [
    ...(generated.completeness === "complete"
      ? []
      : [`incomplete (${generated.completeness}): ${generated.gaps.join("; ")}`]),
    ...generated.invalid.map(({ name, message }) => `invalid ${name || "(no name)"}: ${message}`),
    ...(generated.nonDeterministic ? ["uses functions of time or chance: the result differs from run to run"] : []),
  ];
  const lines = [
    `ApplicationSet ${set.metadata.namespace}/${set.metadata.name}  ${colors.dim(digest)}`,
    ...changes.flatMap((change) => formatChange(change, colors)),
    ...guarded.held.map((hold) => formatHold(hold, colors)),
    ...notes.map((note) => colors.yellow(`  ! ${printableLine(note)}`)),
    ...(changes.length + guarded.held.length + notes.length === 0 ? ["  no changes"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function formatChange({ action, name, fields }: Change, colors: Colors): string[] {
  const paint = { create: colors.green, update: colors.yellow, delete: colors.red, none: colors.dim }[action];
  return [
    paint(`  ${signs[action]} ${action.padEnd(6)} ${printableLine(name)}`),
    ...fields.map((field) => `      ${formatField(field)}`),
  ];
}

/** `spec.source.targetRevision: "v1" → "v2"`; what is added or removed has one side only. */
export function formatField({ path, before, after }: FieldChange): string {
  if (before === undefined) return `+ ${path}: ${short(after)}`;
  if (after === undefined) return `- ${path}: ${short(before)}`;
  return `${path}: ${short(before)} → ${short(after)}`;
}

function short(value: unknown): string {
  const text = printable(formatJson(value));
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
}

/** An Application that is as it should be and belongs to somebody else would only be taken over. */
export function heldAction({ action }: Change): string {
  return action === "none" ? "adopt" : action;
}

function formatHold({ change, reason, message, release }: Hold, colors: Colors): string {
  return colors.magenta(
    printable(
      `  # held   ${heldAction(change)} ${change.name}: ${reason}: ${message}\n           to release: ${release}`,
    ),
  );
}

/** One line that counts, whatever the number of sets. */
export function summary(plans: readonly SetPlan[]): string {
  const count = (action: Change["action"]) =>
    plans.reduce((sum, { guarded }) => sum + guarded.allowed.filter((change) => change.action === action).length, 0);
  const held = plans.reduce((sum, { guarded }) => sum + guarded.held.length, 0);
  const invalid = plans.reduce((sum, { generated }) => sum + generated.invalid.length, 0);
  const parts = [
    ...[`${count("create")} to create`, `${count("update")} to update`, `${count("delete")} to delete`],
    ...(held > 0 ? [`${held} held`] : []),
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    `${count("none")} unchanged`,
  ];
  return `Plan: ${parts.join(", ")}.`;
}

/** The plan as data: for `-o json`, for `--out`, and for whoever reads it in a pipeline. */
export function planData(plans: readonly SetPlan[], version: string): object {
  return {
    apiVersion: "fleetset.io/v1",
    kind: "Plan",
    fleetsetVersion: version,
    sets: plans.map(({ set, guarded, generated, digest }) => ({
      namespace: set.metadata.namespace,
      name: set.metadata.name,
      digest,
      completeness: generated.completeness,
      gaps: generated.gaps,
      nonDeterministic: generated.nonDeterministic,
      invalid: generated.invalid,
      changes: guarded.allowed.filter(({ action }) => action !== "none").map(changeData),
      unchanged: guarded.allowed.filter(({ action }) => action === "none").length,
      held: guarded.held.map(({ change, reason, message, release }) => ({
        ...changeData(change),
        reason,
        message,
        release,
      })),
    })),
  };
}

function changeData({ action, name, fields, desired }: Change): object {
  return {
    action,
    name,
    ...(action === "update" ? { fields } : {}),
    ...(action === "create" ? { object: desired } : {}),
  };
}
