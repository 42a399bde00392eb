import { applyConflict, type StatusError } from "../status-error.ts";
import { difference, type FieldSet, isEmptySet, memberPaths } from "./field-set.ts";
import type { ManagerEntry } from "./managers.ts";
import { compareElements, pathText } from "./path-element.ts";

/** Fields of one other manager that an apply wants to change. */
export interface ManagerConflict {
  readonly entry: ManagerEntry;
  readonly fields: FieldSet;
}

/** Fields that another manager owns with another value: the apply is refused unless it is forced. */
export class ApplyConflicts extends Error {
  readonly conflicts: readonly ManagerConflict[];

  constructor(conflicts: readonly ManagerConflict[]) {
    super("apply conflicts with other managers");
    this.conflicts = conflicts;
  }

  /** Those that the set does not excuse; undefined when none is left. */
  except(excused: FieldSet): ApplyConflicts | undefined {
    const rest = this.conflicts.map(({ entry, fields }) => ({ entry, fields: difference(fields, excused) }));
    const real = rest.filter(({ fields }) => !isEmptySet(fields));
    return real.length === 0 ? undefined : new ApplyConflicts(real);
  }

  toStatusError(): StatusError {
    const found = this.conflicts.flatMap(({ entry, fields }) =>
      memberPaths(fields, compareElements).map((path) => ({ manager: managerText(entry), field: pathText(path) })),
    );
    const causes = found.map(({ manager, field }) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${manager}`,
      field,
    }));
    return applyConflict(causes, conflictMessage(found));
  }
}

interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

function conflictMessage(found: readonly FieldConflict[]): string {
  const [first] = found;
  if (found.length === 1) return `Apply failed with 1 conflict: conflict with ${first!.manager}: ${first!.field}`;
  const managers = [...new Set(found.map(({ manager }) => manager))].sort();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...found.filter((conflict) => conflict.manager === manager).map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${found.length} conflicts: ${lines.join("\n")}`;
}

function managerText({ manager, subresource, operation, apiVersion }: ManagerEntry): string {
  const name = JSON.stringify(manager) + (subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}
