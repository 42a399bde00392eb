import type { Figure } from "../figure.ts";
import type { Call } from "./client.ts";
import type { Contender } from "./contender.ts";
import { applies, creations, namespaceCall } from "./objects.ts";
import { race, speedFigures } from "./race.ts";

const rounds = 3;
/** How many calls make a lap: at least some tenths of a second on every server. */
const lengths: Readonly<Record<number, number>> = { 1: 120, 10: 300, 50: 450 };

interface Work {
  readonly what: string;
  readonly calls: (namespace: string, prefix: string, count: number) => Call[];
  /** Objects with the names that this work begins with: the others make new ones. */
  readonly repeats?: string;
}

const works: readonly Work[] = [
  { what: "creates", calls: creations },
  { what: "new applies", calls: applies },
  { what: "unchanged applies", calls: applies, repeats: "new applies" },
];

/** Creates and server-side applies of three kinds in turn, with 1, 10 and 50 under way. */
export async function writeFigures(contenders: readonly Contender[]): Promise<Figure[]> {
  for (const contender of contenders) await warmUp(contender);
  const figures: Figure[] = [];
  for (const inFlight of [1, 10, 50]) {
    for (const work of works) figures.push(...(await figuresOf(work, inFlight, contenders)));
  }
  return figures;
}

const namespace = "writes";

async function warmUp({ client }: Contender): Promise<void> {
  await client.ask(namespaceCall(namespace));
  for (const [index, { calls }] of works.entries()) {
    await client.askAll(calls(namespace, `warm-${Math.min(index, 1)}`, 900), 10);
  }
}

async function figuresOf(work: Work, inFlight: number, contenders: readonly Contender[]): Promise<Figure[]> {
  const count = lengths[inFlight]!;
  const group = (work.repeats ?? work.what).replaceAll(" ", "-");
  const tallies = await race(contenders, rounds, async ({ client }, round) => {
    await client.askAll(work.calls(namespace, `${group}-${inFlight}-${round}`, count), inFlight);
    return count;
  });
  return speedFigures(`${work.what}, ${inFlight} in flight`, tallies);
}
