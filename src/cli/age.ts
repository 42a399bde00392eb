const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

interface Step {
  /** The step serves ages below this. */
  readonly below: number;
  readonly unit: readonly [number, string];
  /** A second, smaller unit that is shown when it is not zero. */
  readonly rest?: readonly [number, string];
}

// The same steps as kubectl's, so that ages read alike in both.
const steps: readonly Step[] = [
  { below: 2 * minute, unit: [second, "s"] },
  { below: 10 * minute, unit: [minute, "m"], rest: [second, "s"] },
  { below: 3 * hour, unit: [minute, "m"] },
  { below: 8 * hour, unit: [hour, "h"], rest: [minute, "m"] },
  { below: 2 * day, unit: [hour, "h"] },
  { below: 8 * day, unit: [day, "d"], rest: [hour, "h"] },
  { below: 2 * year, unit: [day, "d"] },
  { below: 8 * year, unit: [year, "y"], rest: [day, "d"] },
  { below: Number.POSITIVE_INFINITY, unit: [year, "y"] },
];

/** How long ago a moment was, as kubectl writes ages: `45s`, `5m12s`, `3d4h`. */
export function formatAge(createdAt: string | undefined, nowMs: number): string {
  const at = createdAt === undefined ? Number.NaN : Date.parse(createdAt);
  if (Number.isNaN(at)) return "<unknown>";
  const age = Math.max(0, nowMs - at);
  const { unit, rest } = steps.find(({ below }) => age < below) as Step;
  const whole = Math.floor(age / unit[0]);
  const more = rest === undefined ? 0 : Math.floor((age - whole * unit[0]) / rest[0]);
  return `${whole}${unit[1]}${more > 0 ? `${more}${rest?.[1]}` : ""}`;
}
