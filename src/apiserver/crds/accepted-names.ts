import type { CrdNames } from "./definitions.ts";

export interface NameDecision {
  /** The names that hold from now on: what is taken keeps its old name. */
  readonly names: CrdNames;
  readonly conflict: NameConflict | undefined;
}

export interface NameConflict {
  readonly reason: string;
  readonly message: string;
}

/** Decides which of its names a definition gets; `others` are those that the other definitions of its group hold. */
export function acceptNames(wanted: CrdNames, held: CrdNames, others: readonly CrdNames[]): NameDecision {
  const words = new Set(
    others.flatMap(({ plural, singular = "", shortNames = [] }) => [plural, singular, ...shortNames]),
  );
  const kinds = new Set(others.flatMap(({ kind, listKind = "" }) => [kind, listKind]));
  const checks: readonly (readonly [field: keyof CrdNames, reason: string, problem: string | undefined])[] = [
    ["plural", "PluralConflict", taken(wanted.plural, held.plural, words)],
    ["singular", "SingularConflict", taken(wanted.singular, held.singular, words)],
    ["shortNames", "ShortNamesConflict", shortNamesTaken(wanted, held, words)],
    ["kind", "KindConflict", taken(wanted.kind, held.kind, kinds)],
    ["listKind", "ListKindConflict", taken(wanted.listKind, held.listKind, kinds)],
  ];
  const got = checks.filter(([, , problem]) => problem === undefined).map(([field]) => [field, wanted[field]] as const);
  const names = { ...held, ...Object.fromEntries(got), categories: wanted.categories };
  // Each refusal overwrites the one before.
  const last = checks.findLast(([, , problem]) => problem !== undefined);
  const conflict = last?.[2] === undefined ? undefined : { reason: last[1], message: last[2] };
  return { names: withoutMissing(names), conflict };
}

function withoutMissing(names: { readonly [field: string]: unknown }): CrdNames {
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)) as unknown as CrdNames;
}

function taken(wanted = "", held = "", used: ReadonlySet<string>): string | undefined {
  if (wanted === held || wanted === "" || !used.has(wanted)) return undefined;
  return `${JSON.stringify(wanted)} is already in use`;
}

function shortNamesTaken(wanted: CrdNames, held: CrdNames, used: ReadonlySet<string>): string | undefined {
  const own = new Set(held.shortNames ?? []);
  const problems = (wanted.shortNames ?? [])
    .filter((name) => !own.has(name))
    .flatMap((name) => taken(name, "", used) ?? []);
  if (problems.length === 0) return undefined;
  return problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
}
