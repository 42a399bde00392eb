import { describe, expect, it } from "vitest";
import { Listings, type Look } from "../../src/controllers/applicationset/listings.ts";
import { emptiedNow } from "../../src/plan/emptied.ts";
import type { GeneratedSet } from "../../src/render/generated-set.ts";

const minute = 60_000;

/** What a set read: how much each server listed; pull requests where the name says so. */
function read(lists: { readonly [id: string]: number }, completeness: GeneratedSet["completeness"] = "complete") {
  const inputs = Object.entries(lists).map(([id, count]) => ({
    ...{ id, version: String(count) },
    listing: { count, ...(id.startsWith("pulls") ? { settlesAfterSeconds: 600 } : {}) },
  }));
  const commit = { id: "git https://git.test main", version: "0" };
  return { inputs: [commit, ...inputs], completeness } as unknown as GeneratedSet;
}

const at = (minutes: number, isFresh = true): Look => ({ nowMs: minutes * minute, isFresh });
const sources = (emptied: ReturnType<Listings["emptied"]>) => emptied.map(({ source, before }) => [source, before]);

describe("lists of servers", () => {
  it("are in doubt when they turn empty, until they list something again", () => {
    const listings = new Listings();
    expect(listings.emptied("set", read({ org: 5 }), at(0))).toEqual([]);
    for (const minutes of [1, 60, 6_000]) {
      expect(sources(listings.emptied("set", read({ org: 0 }), at(minutes)))).toEqual([["org", 5]]);
      expect(listings.isDoubted("set")).toBe(true);
    }
    expect(listings.emptied("set", read({ org: 4 }), at(6_001))).toEqual([]);
    expect(listings.isDoubted("set")).toBe(false);
    expect(sources(listings.emptied("set", read({ org: 0 }), at(6_002)))).toEqual([["org", 4]]);
  });

  it("are believed when nothing hangs on them or a person says so", () => {
    const listings = new Listings();
    listings.emptied("set", read({ org: 5 }), at(0));
    listings.emptied("set", read({ org: 0 }), at(1));
    listings.believe("set");
    expect(listings.isDoubted("set")).toBe(false);
    expect(listings.emptied("set", read({ org: 0 }), at(2))).toEqual([]);
  });

  it("of pull requests are believed when they have stood for ten minutes and were asked for anew", () => {
    const listings = new Listings();
    listings.emptied("set", read({ pulls: 2 }), at(0));
    const [first] = listings.emptied("set", read({ pulls: 0 }), at(1));
    expect(first).toEqual({ source: "pulls", before: 2, believedAtMs: 11 * minute });
    expect(listings.emptied("set", read({ pulls: 0 }), at(10.9))).toHaveLength(1);
    expect(listings.emptied("set", read({ pulls: 0 }), at(30, false))).toHaveLength(1);
    expect(listings.emptied("set", read({ pulls: 0 }), at(31))).toEqual([]);
    expect(listings.isDoubted("set")).toBe(false);
  });

  it("are told apart", () => {
    const listings = new Listings();
    listings.emptied("set", read({ a: 1, b: 2 }), at(0));
    expect(sources(listings.emptied("set", read({ a: 1, b: 0, c: 0 }), at(1)))).toEqual([["b", 2]]);
    expect(listings.emptied("other", read({ b: 0, a: 1 }), at(1))).toEqual([]);
  });

  it("are in doubt at the first look only where no server lists anything", () => {
    expect(sources(new Listings().emptied("set", read({ a: 0, b: 0 }), at(0)))).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    expect(new Listings().emptied("set", read({ a: 0, b: 1 }), at(0))).toEqual([]);
    expect(sources(emptiedNow(read({ a: 0, pulls: 0 })))).toEqual([["a", undefined]]);
    expect(emptiedNow(read({ a: 0, b: 1 }))).toEqual([]);
  });

  it("are not forgotten over a look that could not read all", () => {
    const listings = new Listings();
    listings.emptied("set", read({ a: 1, b: 2 }), at(0));
    expect(listings.emptied("set", read({ a: 3 }, "partial"), at(1))).toEqual([]);
    expect(sources(listings.emptied("set", read({ a: 0, b: 0 }), at(2)))).toEqual([
      ["a", 3],
      ["b", 2],
    ]);
    listings.forget("set");
    expect(listings.isDoubted("set")).toBe(false);
  });
});
