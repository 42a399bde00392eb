import { describe, expect, it } from "vitest";
import type { HttpAnswer, HttpOptions, HttpPort, HttpQuestion } from "../../generators/ports.ts";
import { GenerationError } from "../../src/base/errors.ts";
import { HttpCache } from "../../src/inputs/http-cache.ts";
import { FakeClock } from "../support/clock.ts";

type Reply = { readonly status?: number; readonly etag?: string; readonly body?: string };

function answerOf({ status = 200, etag, body = "" }: Reply): HttpAnswer {
  const headers = etag === undefined ? {} : { etag };
  return { status, headers, body: Buffer.from(body), text: () => body };
}

/** A server whose replies come from a function, and that writes down what it was asked. */
function world(reply: (question: HttpQuestion, count: number) => Reply | Promise<Reply>, maxBytes?: number) {
  const clock = new FakeClock();
  const asked: HttpQuestion[] = [];
  const http: HttpPort = {
    async request(question) {
      asked.push(question);
      return answerOf(await reply(question, asked.length));
    },
  };
  return { clock, asked, cache: new HttpCache(http, { clock, ...(maxBytes === undefined ? {} : { maxBytes }) }) };
}

const minute: HttpOptions = { keep: { seconds: 60 } };

async function textOf(port: HttpPort, question: HttpQuestion, options = minute): Promise<string> {
  return (await port.request(question, options)).text();
}

describe("kept answers", () => {
  it("stand for the server until their time is over", async () => {
    const { cache, clock, asked } = world((_question, count) => ({ body: `${count}` }));
    expect(await cache.port().request({ url: "a" }, minute)).not.toHaveProperty("isKept");
    await clock.advance(59_999);
    expect(await textOf(cache.port(), { url: "a" })).toBe("1");
    expect(await cache.port().request({ url: "a" }, minute)).toMatchObject({ isKept: true });
    await clock.advance(1);
    expect(await textOf(cache.port(), { url: "a" })).toBe("2");
    expect(asked).toHaveLength(2);
  });

  it("are for one question: address, headers, body and method tell questions apart", async () => {
    const { cache, asked } = world((_question, count) => ({ body: `${count}` }));
    const port = cache.port();
    const questions: HttpQuestion[] = [
      { url: "a" },
      { url: "b" },
      { url: "a", headers: { authorization: "x" } },
      { url: "a", method: "POST" },
      { url: "a", method: "POST", body: "{}" },
    ];
    for (const question of [...questions, ...questions]) await textOf(port, question);
    expect(asked).toHaveLength(questions.length);
  });

  it("stand within one generation however short they are kept", async () => {
    const { cache, clock, asked } = world(() => ({}));
    const port = cache.port();
    await textOf(port, { url: "a" }, { keep: { seconds: 0 } });
    await clock.advance(5_000);
    await textOf(port, { url: "a" }, { keep: { seconds: 0 } });
    expect(asked).toHaveLength(1);
    await textOf(cache.port(), { url: "a" }, { keep: { seconds: 0 } });
    expect(asked).toHaveLength(2);
  });

  it("do not count for a refresh, and for what it asks again they do", async () => {
    const { cache, clock, asked } = world(() => ({}));
    await textOf(cache.port(), { url: "a" });
    await clock.advance(1);
    const fresh = cache.port({ refresh: true });
    await textOf(fresh, { url: "a" });
    await textOf(fresh, { url: "a" });
    expect(asked).toHaveLength(2);
  });

  it("are never failures, nor what the asker cannot use", async () => {
    const { cache, asked } = world(() => ({ status: 500 }));
    await textOf(cache.port(), { url: "a" });
    await textOf(cache.port(), { url: "a" });
    const picky = { keep: { seconds: 60, accepts: () => false } };
    await textOf(cache.port(), { url: "b" }, picky);
    await textOf(cache.port(), { url: "b" }, picky);
    expect(asked).toHaveLength(4);
  });

  it("go when there are too many, those unused longest first", async () => {
    const { cache, asked } = world(() => ({ body: "x".repeat(40) }), 100);
    for (const url of ["a", "b", "a", "c"]) await textOf(cache.port(), { url });
    expect(asked.map(({ url }) => url)).toEqual(["a", "b", "c"]);
    for (const url of ["a", "c"]) await textOf(cache.port(), { url });
    expect(asked).toHaveLength(3);
    await textOf(cache.port(), { url: "b" });
    expect(asked).toHaveLength(4);
  });
});

describe("an old answer with an ETag", () => {
  it("is asked for on condition, and stands again when nothing changed", async () => {
    const { cache, clock, asked } = world(({ headers }) =>
      headers?.["if-none-match"] === '"1"' ? { status: 304 } : { etag: '"1"', body: "rows" },
    );
    await textOf(cache.port(), { url: "a" });
    await clock.advance(60_000);
    expect(await textOf(cache.port(), { url: "a" })).toBe("rows");
    expect(await textOf(cache.port(), { url: "a" })).toBe("rows");
    expect(asked.map(({ headers }) => headers?.["if-none-match"])).toEqual([undefined, '"1"']);
  });

  it("makes way for a new one", async () => {
    const { cache, clock } = world((_question, count) => ({ etag: `"${count}"`, body: `${count}` }));
    await textOf(cache.port(), { url: "a" });
    await clock.advance(60_000);
    expect(await textOf(cache.port(), { url: "a" })).toBe("2");
  });
});

describe("a question that is being asked", () => {
  it("is not asked again beside it", async () => {
    let release = (): void => undefined;
    const { cache, asked } = world(() => new Promise<Reply>((resolve) => (release = () => resolve({ body: "x" }))));
    const both = [textOf(cache.port(), { url: "a" }), textOf(cache.port(), { url: "a" })];
    release();
    expect(await Promise.all(both)).toEqual(["x", "x"]);
    expect(asked).toHaveLength(1);
  });

  it("is asked anew by whoever still wants it when the first one gave up", async () => {
    const { cache, asked } = world(async (_question, count) => {
      if (count === 1) throw new Error("given up");
      return { body: "x" };
    });
    const [first, second] = await Promise.allSettled([1, 2].map(() => textOf(cache.port(), { url: "a" })));
    expect(first?.status).toBe("rejected");
    expect(second).toMatchObject({ value: "x" });
    expect(asked).toHaveLength(2);
  });

  it("fails for all who wait when the server fails", async () => {
    const { cache, asked } = world(async () => {
      throw new GenerationError("no server");
    });
    const both = await Promise.allSettled([1, 2].map(() => textOf(cache.port(), { url: "a" })));
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked).toHaveLength(1);
  });
});
