import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { joinedPieces } from "../../../src/apiserver/http/pieces.ts";
import { type Api, apiOf } from "../../support/api.ts";
import { fc } from "../../support/properties.ts";
import { type Embedded, startEmbedded } from "../kubectl/embedded.ts";

function joined(head: string, items: readonly string[], tail: string): string {
  return Buffer.concat([...joinedPieces(head, items, tail)]).toString("utf8");
}

describe("joinedPieces", () => {
  it("gives the text that joining would", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 20 }), text, (head, items, tail) => {
        expect(joined(head, items, tail)).toBe(`${head}${items.join(",")}${tail}`);
      }),
    );
  });

  it("makes small pieces of many items, and one as large as an item that fits none", () => {
    const small = Array.from({ length: 3_000 }, (_, index) => `"ü€😀${index}"`.repeat(20));
    const items = [...small, "x".repeat(500_000)];
    const pieces = [...joinedPieces("[", items, "]")];
    expect(Buffer.concat(pieces).toString("utf8")).toBe(`[${items.join(",")}]`);
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.slice(0, 5).map(({ length }) => length))).toBeLessThan(150_000);
  });
});

describe("a long list", () => {
  const text = "ü€😀".repeat(2_000);
  const path = "/api/v1/namespaces/default/configmaps";
  let embedded: Embedded;
  let api: Api;

  beforeAll(async () => {
    embedded = await startEmbedded();
    api = apiOf(embedded.kubeconfig);
    const hub = embedded.server.cluster("");
    for (let index = 100; index < 200; index += 1) {
      const metadata = { name: `object-${index}`, namespace: "default" };
      await hub.create({ group: "", version: "v1", plural: "configmaps" }, { metadata, data: { text } });
    }
  });

  afterAll(async () => {
    api.close();
    await embedded.close();
  });

  const namesIn = ({ items }: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }) =>
    items.map(({ metadata }) => metadata.name);

  it("comes whole", async () => {
    const { status, headers, json } = await api.send("GET", path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json");
    expect(json).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
    expect(namesIn(json)).toEqual(Array.from({ length: 100 }, (_, index) => `object-${100 + index}`));
    expect(json.items[99].data.text).toBe(text);
    expect(json.items[0].kind).toBeUndefined();
  });

  it("is the same in the forms that are made of its text", async () => {
    const { json } = await api.send("GET", path);
    const pretty = await api.send("GET", `${path}?pretty=true`);
    expect(pretty.json).toEqual(json);
    expect(pretty.text.startsWith('{\n  "kind"')).toBe(true);
  });

  it("has no body for HEAD, and leaves the connection for the next request", async () => {
    expect(await api.send("HEAD", path)).toMatchObject({ status: 200, text: "" });
    expect((await api.send("GET", `${path}/object-100`)).status).toBe(200);
  });

  it("may be cut off by its reader", async () => {
    await api.send("GET", path, { until: (read) => read.length > 100 });
    expect((await api.send("GET", `${path}/object-100`)).status).toBe(200);
    expect(embedded.errors).toEqual([]);
  });
});
