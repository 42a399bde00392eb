import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sleep, systemClock } from "../../src/base/clock.ts";
import { drawing } from "../support/random.ts";
import { ask, type KubeObject, paths, Writer } from "./store/load.ts";
import { buildServer, type ServerAddress, type ServerProcess, startServer } from "./store/processes.ts";
import { Watcher } from "./store/watcher.ts";

// Two servers are killed side by side, each fifty times; each has writers in two logical clusters, and a watcher in each.
const kills = 50;
const writers = 8;
const seed = Number(process.env.FLEETSET_SEED ?? Date.now() % 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "fleetset-store-"));
let server: { readonly folder: string; readonly file: string };
const running = new Set<ServerProcess>();

beforeAll(async () => {
  console.log(`seed ${seed} (set FLEETSET_SEED to repeat)`);
  server = await buildServer();
});

afterAll(() => {
  for (const { child } of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
  rmSync(server.folder, { recursive: true, force: true });
});

interface List {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubeObject[];
}

async function listAt(address: ServerAddress, path: string): Promise<List> {
  const answer = await ask(address, "GET", path);
  if (answer?.status !== 200) throw new Error(`a list of ${path} was answered with ${answer?.status}: ${answer?.text}`);
  return JSON.parse(answer.text) as List;
}

/** One life after the other of a server over the same data. */
class Lives {
  readonly #dataDir: string;
  readonly #draw;
  readonly #writers: readonly Writer[];
  readonly #watchers = paths.map((path) => ({ path, watcher: new Watcher(path), listed: 0 }));
  readonly wrong: string[] = [];
  #marks = 0;
  resumed = 0;
  gone = 0;
  whileStarting = 0;

  constructor(name: string, seed: number) {
    this.#dataDir = join(folder, name);
    this.#draw = drawing(seed);
    this.#writers = Array.from({ length: writers }, (_, number) => new Writer(number, drawing(seed + number + 1)));
  }

  get acknowledged(): number {
    return this.#writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  #start(): ServerProcess {
    const started = startServer(server.file, this.#dataDir);
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  }

  /** A tenth of the kills falls into the start, the others into the load. */
  async live(): Promise<void> {
    const process = this.#start();
    if (this.#draw.below(10) === 0) {
      await sleep(systemClock, this.#draw.below(250));
      process.child.kill("SIGKILL");
      await process.ended;
      this.whileStarting += 1;
      return;
    }
    const address = await this.#listening(process);
    await this.#check(address);
    const watches = await this.#watch(address);
    const load = Promise.all(this.#writers.map((writer) => writer.run(address)));
    // The moment is so many acknowledgements from now, and a little more: a busy machine gets as far as an idle one.
    const moment = this.acknowledged + this.#draw.below(60);
    let isOver = false;
    void load.then(() => {
      isOver = true;
    });
    while (this.acknowledged < moment && !isOver) await sleep(systemClock, 1);
    await sleep(systemClock, this.#draw.below(4));
    process.child.kill("SIGKILL");
    await Promise.all([process.ended, load, ...watches]);
  }

  async #listening(process: ServerProcess): Promise<ServerAddress> {
    const address = await process.listening;
    if (address === undefined) throw new Error(`the server did not come up again: ${process.errors()}`);
    return address;
  }

  /** Everything acknowledged or shown is there, whole, and at the version it had. */
  async #check(address: ServerAddress): Promise<void> {
    for (const entry of this.#watchers) {
      const { path, watcher } = entry;
      const list = await listAt(address, path);
      const version = Number(list.metadata.resourceVersion);
      const objects = new Map(list.items.map((item) => [item.metadata.name, item]));
      const own = this.#writers.filter((writer) => writer.path === path);
      const newest = Math.max(entry.listed, watcher.version, ...own.map((writer) => writer.newest));
      if (version < newest) this.wrong.push(`${path} went back from ${newest} to ${version}`);
      this.wrong.push(...watcher.missing(objects, (name) => own.some((writer) => writer.mayHaveDeleted(name))));
      for (const writer of own) this.wrong.push(...writer.settle(objects));
      entry.listed = version;
    }
  }

  /** Goes on from what each watcher saw last: what it misses is told, or that it is too old. */
  async #watch(address: ServerAddress): Promise<Promise<unknown>[]> {
    const watches: Promise<unknown>[] = [];
    for (const { path, watcher } of this.#watchers) {
      const isFirst = watcher.version === 0;
      const before = watcher.version;
      let outcome: string | undefined = isFirst ? "gone" : undefined;
      const followed = isFirst ? undefined : watcher.follow(address).then((how) => (outcome = how));
      // What comes after is told by a watch that goes on, and by no other.
      const marker = await this.#mark(address, path);
      while (watcher.version < marker && outcome === undefined) await sleep(systemClock, 1);
      const list = await listAt(address, path);
      if (outcome === undefined) {
        this.resumed += 1;
        const [seen, there] = [[...watcher.objects.values()], list.items].map(versionsOf);
        if (seen !== there) this.wrong.push(`a watch of ${path} went on from ${before} without telling all`);
        watches.push(followed ?? Promise.resolve());
      } else {
        if (!isFirst) this.gone += 1;
        watcher.startFrom(list);
        watches.push(watcher.follow(address));
      }
    }
    return watches;
  }

  /** Writes something that a watch can wait for; gives back its version. */
  async #mark(address: ServerAddress, path: string): Promise<number> {
    const round = String((this.#marks += 1));
    const data = { first: round, filler: round, last: round };
    const content = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "marker" }, data };
    const url = `${path}/marker?fieldManager=test`;
    const answer = await ask(address, "PATCH", url, { content, type: "application/apply-patch+yaml" });
    return Number((JSON.parse(answer?.text ?? "{}") as KubeObject).metadata.resourceVersion);
  }

  async end(): Promise<void> {
    const process = this.#start();
    await this.#check(await this.#listening(process));
    process.child.kill("SIGTERM");
    await process.ended;
    this.wrong.push(...this.#watchers.flatMap(({ watcher }) => watcher.wrong));
  }
}

function versionsOf(objects: readonly KubeObject[]): string {
  return objects
    .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
    .sort()
    .join();
}

test(`killed at ${2 * kills} random moments under load, the server has all that it acknowledged, and shows what it had shown`, async () => {
  const both = [new Lives("a", seed), new Lives("b", seed + 1000)];
  await Promise.all(
    both.map(async (lives) => {
      for (let kill = 0; kill < kills; kill += 1) await lives.live();
      await lives.end();
    }),
  );
  for (const lives of both) {
    const { acknowledged, resumed, gone, whileStarting } = lives;
    console.log(
      `${acknowledged} writes acknowledged, ${whileStarting} of ${kills} kills while starting; watches: ${resumed} resumed, ${gone} gone`,
    );
    expect(lives.wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(kills);
    expect(gone + resumed).toBeGreaterThan(kills);
  }
});
