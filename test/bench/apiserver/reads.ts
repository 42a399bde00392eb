import type { Figure } from "../figure.ts";
import type { Call } from "./client.ts";
import type { Contender } from "./contender.ts";
import { configMap, namespaceCall } from "./objects.ts";
import { useOf } from "./processes.ts";
import { race, speedFigures, titleOf } from "./race.ts";

export const objects = 10_000;
const namespace = "reads";
const collection = `/api/v1/namespaces/${namespace}/configmaps`;
const rounds = 4;

/** Makes ten thousand ConfigMaps and reads them back, at once and in pages. */
export async function readFigures(contenders: readonly Contender[]): Promise<Figure[]> {
  const memory = await fill(contenders);
  const whole = await race(contenders, rounds, async ({ client }) => {
    await client.ask({ method: "GET", path: collection });
    return 1;
  });
  const paged = await race(contenders, rounds, readPages);
  return [
    ...memory,
    ...(await sizeFigures(contenders)),
    ...speedFigures(`lists of ${objects}`, whole),
    ...speedFigures(`lists of ${objects} in pages of 500`, paged),
  ];
}

async function sizeFigures(contenders: readonly Contender[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const contender of contenders) {
    const { length } = await contender.client.ask({ method: "GET", path: collection });
    figures.push({ name: `size of that list: ${titleOf(contender)}`, value: length / 2 ** 20, unit: "MB" });
  }
  return figures;
}

async function readPages({ client }: Contender): Promise<number> {
  let token = "";
  do {
    const bytes = await client.ask({ method: "GET", path: `${collection}?limit=500&continue=${token}` });
    // The token stands in the metadata, ahead of the items.
    const head = bytes.toString("latin1", 0, 1000);
    token = encodeURIComponent(/"continue":"([^"]*)"/.exec(head)?.[1] ?? "");
  } while (token !== "");
  return 1;
}

/** Memory with the objects, and what they added to it. */
async function fill(contenders: readonly Contender[]): Promise<Figure[]> {
  const used: { readonly contender: Contender; readonly before: number; readonly after: number }[] = [];
  for (const contender of contenders) {
    const before = useOf(contender.pids)?.residentMB ?? Number.NaN;
    await contender.client.ask(namespaceCall(namespace));
    const calls = Array.from({ length: objects }, (_, index): Call => {
      const body = JSON.stringify(configMap(`object-${String(index).padStart(5, "0")}`));
      return { method: "POST", path: `${collection}?fieldManager=bench`, body };
    });
    await contender.client.askAll(calls, 10);
    used.push({ contender, before, after: useOf(contender.pids)?.residentMB ?? Number.NaN });
  }
  const figures = used.flatMap(({ contender, before, after }): Figure[] => [
    { name: `memory with ${objects} objects: ${titleOf(contender)}`, value: after, unit: "MB" },
    { name: `growth of memory by ${objects} objects: ${titleOf(contender)}`, value: after - before, unit: "MB" },
  ]);
  const theirs = used.find(({ contender }) => contender.name === "real");
  if (theirs === undefined || Number.isNaN(theirs.after)) return figures;
  const ratios = used
    .filter((each) => each !== theirs)
    .map(({ contender, after }): Figure => {
      const name = `memory with ${objects} objects: ${titleOf(contender)} ÷ real`;
      // Pages of the data file that are mapped count as memory, however many of them the system keeps.
      const isInMemory = contender.name === "memory";
      return { name, value: after / theirs.after, unit: "×", goal: 0.333, ...(isInMemory && { enforced: true }) };
    });
  return [...figures, ...ratios];
}
