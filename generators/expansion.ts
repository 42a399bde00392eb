import type { GeneratorKind } from "../crds/generators.ts";
import { GenerationError } from "../src/base/errors.ts";
import type { Params } from "../src/base/values.ts";
import type { Completeness, Expansion, Gap, Input, Origin, Row } from "./generator.ts";
import type { GeneratorLimits } from "./limits.ts";

/** A row of a generator that reads something itself. */
export function leafRow(key: string, params: Params, origin: Omit<Origin, "parts">): Row {
  return { key, params, origin };
}

/** Where a leaf's row comes from. */
export function leafOrigin(at: string, kind: GeneratorKind, item: string, inputs: readonly string[] = []): Origin {
  return { at, kind, item, inputs };
}

/** An expansion that lacks nothing. */
export function completeExpansion(rows: readonly Row[], inputs: readonly Input[] = []): Expansion {
  return { rows, completeness: "complete", gaps: [], inputs };
}

/** What several expansions read and lack, together: the worst completeness counts. */
export function combineReadings(parts: readonly Expansion[]): Pick<Expansion, "completeness" | "gaps" | "inputs"> {
  const inputs = new Map<string, Input>();
  const gaps: Gap[] = [];
  const seen = new Set<string>();
  let completeness: Completeness = "complete";
  for (const part of parts) {
    completeness = worse(completeness, part.completeness);
    for (const input of part.inputs) inputs.set(input.id, input);
    for (const gap of part.gaps) {
      const text = `${gap.at}\n${gap.message}`;
      if (!seen.has(text)) gaps.push(gap);
      seen.add(text);
    }
  }
  return { completeness, gaps, inputs: [...inputs.values()] };
}

const badness: { readonly [C in Completeness]: number } = { complete: 0, partial: 1, failed: 2 };

export function worse(a: Completeness, b: Completeness): Completeness {
  return badness[a] >= badness[b] ? a : b;
}

/** Refuses to hold more rows than the limit allows. `at` is the generator's field path. */
export function checkRowCount(count: number, limits: GeneratorLimits, at: string): void {
  if (count <= limits.maxRows) return;
  throw new GenerationError(`${at} gives ${count} rows, more than the limit of ${limits.maxRows}`, {
    details: { field: at, remedy: "split the ApplicationSet or select fewer rows" },
  });
}
