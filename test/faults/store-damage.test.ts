import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Journal } from "../../src/apiserver/store/journal.ts";
import { openLmdbJournal } from "../../src/apiserver/store/lmdb-journal.ts";
import { StoreError } from "../../src/apiserver/store/store-error.ts";
import { contents, put, useStore } from "../apiserver/store/journals.ts";
import { drawing } from "../support/random.ts";

const rounds = 200;
const seed = Number(process.env.FLEETSET_SEED ?? Date.now() % 1_000_000);
const dataDir = mkdtempSync(join(tmpdir(), "fleetset-damage-"));
const file = join(dataDir, "store", "data.mdb");

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type Contents = ReturnType<typeof contents>;

/** Refused, or whole: then writes go where they should, too. */
async function outcomeOf([version, objects]: Contents): Promise<"refused" | "harmless"> {
  let journal: Journal | undefined;
  try {
    journal = await openLmdbJournal(dataDir);
    expect(contents(journal)).toEqual([version, objects]);
    for (let more = 1; more <= 40; more += 1) put(journal, `more-${more}`, version + more, "y".repeat(more * 90));
    await journal.flushed();
    const [newest, now] = contents(journal);
    expect([newest, now.length]).toEqual([version + 40, objects.length + 40]);
    expect(now.filter((text) => !text.includes("n/more-"))).toEqual(objects);
    return "harmless";
  } catch (error: unknown) {
    if (!(error instanceof StoreError)) throw error;
    expect(error.message).toContain(file);
    return "refused";
  } finally {
    await journal?.close();
  }
}

/** Zeros, or anything, over a byte, a few, or a page. */
function damage(whole: Buffer, draw: ReturnType<typeof drawing>): Buffer {
  const bytes = Buffer.from(whole);
  const [at, length, isZero] = [draw.below(bytes.length), [1, 16, 200, 4096][draw.below(4)] ?? 1, draw.below(3) === 0];
  for (let index = at; index < Math.min(at + length, bytes.length); index += 1) {
    bytes[index] = isZero ? 0 : draw.below(256);
  }
  return draw.below(10) === 0 ? bytes.subarray(0, at) : bytes;
}

test(`a store that is damaged in ${rounds} random ways is refused, or it is whole`, async () => {
  console.log(`seed ${seed} (set FLEETSET_SEED to repeat)`);
  const draw = drawing(seed);
  const good = await openLmdbJournal(dataDir);
  await useStore(good);
  const expected = contents(good);
  await good.close();
  const whole = readFileSync(file);
  const outcomes = { refused: 0, harmless: 0 };
  for (let round = 0; round < rounds; round += 1) {
    writeFileSync(file, damage(whole, draw));
    outcomes[await outcomeOf(expected)] += 1;
  }
  console.log(`${outcomes.refused} refused, ${outcomes.harmless} harmless, as in free pages`);
  expect(outcomes.refused).toBeGreaterThan(rounds / 4);
  expect(outcomes.harmless).toBeGreaterThan(0);
});
