import type { KubeObject } from "../resources.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";

/** The phase of a namespace says whether it is being deleted, and nothing else. */
export function phaseErrors({ metadata, status }: KubeObject): FieldError[] {
  const phase = (status as { readonly phase?: string } | undefined)?.phase ?? "";
  const isEnding = metadata?.deletionTimestamp !== undefined;
  if (phase === (isEnding ? "Terminating" : "Active")) return [];
  const detail = isEnding
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [invalid("status.Phase", phase, detail)];
}
