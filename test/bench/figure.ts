/** One measured number beside its goal. Goals of time hold on a quiet machine and are only shown; ratios must hold anywhere. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "MB" | "×" | "/s";
  /** The value should stay below (or, for `/s`, above) this. */
  readonly goal?: number;
  /** A ratio that must hold on any machine: missing it fails the run. */
  readonly enforced?: boolean;
}

/** A group of figures that are measured together. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Figure[]>;
}

export function isMet({ value, unit, goal }: Figure): boolean {
  if (goal === undefined) return true;
  return unit === "/s" ? value >= goal : value <= goal;
}

export function formatFigure(figure: Figure): string {
  const { name, value, unit, goal } = figure;
  const shown = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  const aim = goal === undefined ? "" : `${unit === "/s" ? "≥" : "≤"} ${goal} ${unit}`;
  const verdict = goal === undefined ? "" : isMet(figure) ? "met" : figure.enforced ? "MISSED (fails)" : "missed";
  return `${name.padEnd(58)} ${`${shown} ${unit}`.padStart(12)}   ${aim.padEnd(12)} ${verdict}`.trimEnd();
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
