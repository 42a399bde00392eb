import type { Figure } from "../figure.ts";
import type { Contender } from "./contender.ts";
import { useOf } from "./processes.ts";

/** What some work came to on one server. */
export interface Tally {
  readonly count: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export type Tallies = ReadonlyMap<Contender, Tally>;

/** Work for one server in one round; gives the number of things done. */
export type Lap = (contender: Contender, round: number) => Promise<number>;

/** Gives each server its turn in every round, so that a noisy machine is noisy for all of them. */
export async function race(contenders: readonly Contender[], rounds: number, lap: Lap): Promise<Tallies> {
  const tallies = new Map<Contender, Tally>();
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const before = useOf(contender.pids)?.cpuSeconds ?? Number.NaN;
      const started = performance.now();
      const count = await lap(contender, round);
      const seconds = (performance.now() - started) / 1000;
      const cpuSeconds = (useOf(contender.pids)?.cpuSeconds ?? Number.NaN) - before;
      tallies.set(contender, add(tallies.get(contender), { count, seconds, cpuSeconds }));
    }
  }
  return tallies;
}

function add(sum: Tally | undefined, more: Tally): Tally {
  if (sum === undefined) return more;
  return {
    count: sum.count + more.count,
    seconds: sum.seconds + more.seconds,
    cpuSeconds: sum.cpuSeconds + more.cpuSeconds,
  };
}

const titles = { real: "real", memory: "in memory", disk: "on disk" } as const;

export function titleOf({ name }: Contender): string {
  return titles[name];
}

/** Things per second and the processor time of one on each server, and the time that ours take over the real one's: 1 is as fast, less is faster. */
export function speedFigures(what: string, tallies: Tallies): Figure[] {
  const rates = [...tallies].flatMap(([contender, tally]): Figure[] => {
    const name = `${what}: ${titleOf(contender)}`;
    const cpu = 1000 * perCall(tally, "cpuSeconds");
    const rate: Figure = { name, value: tally.count / tally.seconds, unit: "/s" };
    return Number.isNaN(cpu) ? [rate] : [rate, { name: `${name}, processor for each`, value: cpu, unit: "ms" }];
  });
  return [...rates, ...ratioFigures(what, tallies)];
}

function ratioFigures(what: string, tallies: Tallies): Figure[] {
  const theirs = [...tallies].find(([{ name }]) => name === "real")?.[1];
  if (theirs === undefined) return [];
  const ours = [...tallies].filter(([{ name }]) => name !== "real");
  return ours.flatMap(([contender, tally]) => {
    const name = `${what}: ${titleOf(contender)} ÷ real`;
    const isInMemory = contender.name === "memory";
    const time: Figure = {
      ...{ name: `${name}, time`, value: perCall(tally, "seconds") / perCall(theirs, "seconds"), unit: "×", goal: 1 },
      ...(isInMemory && { enforced: true }),
    };
    const cpu = perCall(tally, "cpuSeconds") / perCall(theirs, "cpuSeconds");
    return Number.isNaN(cpu) ? [time] : [time, { name: `${name}, processor`, value: cpu, unit: "×" }];
  });
}

function perCall(tally: Tally, what: "seconds" | "cpuSeconds"): number {
  return tally[what] / tally.count;
}
