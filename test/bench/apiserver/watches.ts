import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, percentile } from "../figure.ts";
import { Client } from "./client.ts";
import type { Contender } from "./contender.ts";
import { configMap, namespaceCall } from "./objects.ts";
import { race, speedFigures, type Tallies, titleOf } from "./race.ts";

const watchers = 100;
const burst = 150;
const paced = 60;
const pauseMs = 20;
const namespace = "watches";
const collection = `/api/v1/namespaces/${namespace}/configmaps`;

/** A hundred watchers of one collection: events delivered while writes come as fast as they can, and their delay when they come slowly. */
export async function watchFigures(contenders: readonly Contender[]): Promise<Figure[]> {
  const crowds = new Map<Contender, Crowd>();
  for (const contender of contenders) {
    await contender.client.ask(namespaceCall(namespace));
    crowds.set(contender, await Crowd.gather(contender));
  }
  const fast = await race(contenders, 4, (contender, round) => crowds.get(contender)!.flood(`burst-${round}`));
  const slow = await race(contenders, 4, (contender, round) => crowds.get(contender)!.trickle(`paced-${round}`));
  for (const crowd of crowds.values()) await crowd.leave();
  return [...speedFigures(`events to ${watchers} watchers`, fast), ...delayFigures(crowds, slow)];
}

function delayFigures(crowds: ReadonlyMap<Contender, Crowd>, tallies: Tallies): Figure[] {
  return [...tallies.keys()].map((contender) => {
    const name = `delay of an event to ${watchers} watchers, p99: ${titleOf(contender)}`;
    return { name, value: percentile(crowds.get(contender)!.delays, 0.99), unit: "ms", goal: 100 };
  });
}

/** The last name of a round is looked for in what watchers get: reading all of it would be more work than sending it. */
class Crowd {
  readonly delays: number[] = [];
  readonly #writer: Client;
  readonly #client: Client;
  readonly #ends: (() => void)[] = [];
  #waiting: { readonly mark: Buffer; left: number; readonly done: () => void; readonly each: () => void } | undefined;

  private constructor(contender: Contender) {
    this.#writer = contender.client;
    this.#client = new Client(contender.url, contender.credentials, watchers);
  }

  static async gather(contender: Contender): Promise<Crowd> {
    const crowd = new Crowd(contender);
    for (let index = 0; index < watchers; index += 1) {
      let tail: Buffer = Buffer.alloc(0);
      const end = await crowd.#client.follow(`${collection}?watch=true`, (chunk) => {
        const mark = crowd.#waiting?.mark;
        if (mark === undefined) return;
        const text = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
        const found = text.includes(mark);
        tail = found ? Buffer.alloc(0) : Buffer.from(text.subarray(-mark.length));
        if (found) crowd.#arrived();
      });
      crowd.#ends.push(end);
    }
    return crowd;
  }

  #arrived(): void {
    const waiting = this.#waiting!;
    waiting.each();
    waiting.left -= 1;
    if (waiting.left === 0) waiting.done();
  }

  /** Resolves when every watcher has met the mark. */
  #until(text: string, each: () => void = () => undefined): Promise<void> {
    return new Promise((done) => {
      this.#waiting = { mark: Buffer.from(text), left: watchers, done, each };
    });
  }

  async flood(prefix: string): Promise<number> {
    const calls = Array.from({ length: burst }, (_, index) => creation(`${prefix}-${index}`));
    await this.#writer.askAll(calls, 10);
    const all = this.#until(`"name":"${prefix}-last"`);
    await this.#writer.ask(creation(`${prefix}-last`));
    await all;
    return (burst + 1) * watchers;
  }

  /** The delay counts from before the write is sent: its own answer is not waited for. */
  async trickle(prefix: string): Promise<number> {
    for (let index = 0; index < paced; index += 1) {
      const name = `${prefix}-${index}`;
      const sent = performance.now();
      const all = this.#until(`"name":"${name}"`, () => this.delays.push(performance.now() - sent));
      await Promise.all([all, this.#writer.ask(creation(name))]);
      await sleep(pauseMs);
    }
    return paced * watchers;
  }

  async leave(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#client.close();
  }
}

function creation(name: string) {
  return { method: "POST", path: `${collection}?fieldManager=bench`, body: JSON.stringify(configMap(name)) } as const;
}
