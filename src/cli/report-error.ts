import { type ErrorDetails, FleetError, messageOf, UsageError } from "../base/errors.ts";
import { formatJson } from "../base/json.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/**
 * Tells a failure: `error: Reason: message`, then where it is and what to do, on stderr; with `-o json` also
 * `{"error": …}` on stdout. Gives the exit code: 2 for wrong usage, else 1.
 */
export function reportError(io: Io, error: unknown, asJson: boolean): number {
  const reason = error instanceof FleetError ? error.reason : "InternalError";
  const details = error instanceof FleetError ? error.details : {};
  const lines = [`error: ${reason}: ${messageOf(error)}`, ...place(details)];
  if (!(error instanceof FleetError) && error instanceof Error && error.stack) lines.push(error.stack);
  io.stderr.write(`${printable(lines.join("\n"))}\n`);
  if (asJson) io.stdout.write(`${formatJson({ error: { reason, message: messageOf(error), details } }, 2)}\n`);
  return error instanceof UsageError ? 2 : 1;
}

function place(details: ErrorDetails): string[] {
  const { object, field, file, line, column, remedy } = details;
  const position = [file, line, column].filter((part) => part !== undefined).join(":");
  return [
    ...(object === undefined ? [] : [`  object: ${object}`]),
    ...(field === undefined ? [] : [`  field:  ${field}`]),
    ...(position === "" ? [] : [`  at:     ${position}`]),
    ...(remedy === undefined ? [] : [`  try:    ${remedy}`]),
  ];
}
