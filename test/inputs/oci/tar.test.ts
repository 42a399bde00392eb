import { describe, expect, it } from "vitest";
import { GenerationError } from "../../../src/base/errors.ts";
import { defaultOciLimits } from "../../../src/inputs/oci/limits.ts";
import { readTar } from "../../../src/inputs/oci/tar.ts";
import { treeOfTar } from "../../../src/inputs/oci/tree.ts";
import { fc } from "../../support/properties.ts";
import { makeTar, paxMember, type TestMember, tarOf } from "../../support/tar.ts";

const facts = { digest: "sha256:x", isChart: false, limits: defaultOciLimits };

function membersOf(...members: TestMember[]) {
  return [...readTar(makeTar(...members))].map(({ name, kind, target, content }) => {
    const text = Buffer.from(content).toString("utf8");
    return [kind, name, ...(target === "" ? [] : [target]), ...(text === "" ? [] : [text])].join(" ");
  });
}

async function readAll(archive: Uint8Array, more: object = {}) {
  const tree = treeOfTar(archive, { ...facts, ...more });
  const found: { [path: string]: string } = {};
  for (const { path, kind } of await tree.entries()) {
    if (kind === "directory") found[`${path}/`] = "";
    else
      found[path] = await tree.read(path, 1_000_000).then(
        (bytes) => Buffer.from(bytes).toString("utf8"),
        (error: unknown) => (error instanceof GenerationError ? "nothing" : "?"),
      );
  }
  return found;
}

describe("an archive", () => {
  it("gives its members in their order, devices and pipes left out", () => {
    expect(
      membersOf(
        { name: "b", content: "2" },
        { name: "dir/", flag: "5" },
        { name: "old/", flag: "0" },
        { name: "pipe", flag: "6" },
        { name: "disk", flag: "4" },
        { name: "link", flag: "2", target: "b" },
        { name: "same", flag: "1", target: "b" },
        { name: "a", flag: "\0", content: "x".repeat(600) },
      ),
    ).toEqual([
      "file b 2",
      "directory dir/",
      "directory old/",
      "symlink link b",
      "hardlink same b",
      `file a ${"x".repeat(600)}`,
    ]);
  });

  it("knows long names in all their forms", () => {
    const long = `${"d".repeat(90)}/${"f".repeat(90)}`;
    expect(
      membersOf(
        { name: "f".repeat(90), prefix: "d".repeat(90), content: "1" },
        { name: "././@LongLink", flag: "L", content: `${long}\0` },
        { name: long, content: "2" },
        paxMember({ path: `ü/${long}`, mtime: "1.5" }),
        { name: "short", content: "3" },
        { name: "pax_global_header", flag: "g", content: "52 comment=0123456789012345678901234567890123456789\n" },
        paxMember({ linkpath: long }),
        { name: "l", flag: "2", target: "short" },
        { name: "K", flag: "K", content: `${long}\0` },
        { name: "k", flag: "2", target: "short" },
        { name: "plain", content: "4" },
      ),
    ).toEqual([
      `file ${long} 1`,
      `file ${long} 2`,
      `file ü/${long} 3`,
      `symlink l ${long}`,
      `symlink k ${long}`,
      "file plain 4",
    ]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["that is none", Buffer.alloc(2_048, "x"), /is no archive at byte 0/],
    ["that breaks off", makeTar({ name: "a", content: "x".repeat(600) }).subarray(0, 1_100), /breaks off/],
    ["that says too much", makeTar({ name: "a", size: 9_000_000_000 }), /breaks off/],
    ["with a size that is none", makeTar({ name: "a", size: "zzz" }), /wrong size/],
    [
      "with a size beyond reason",
      makeTar({ name: "a", size: `${"\xff".repeat(5)}` }),
      /wrong size|is no archive|breaks off/,
    ],
    [
      "with a pax header that is none",
      makeTar({ name: "p", flag: "x", content: "99 path=a\n" }, { name: "a" }),
      /wrong pax/,
    ],
    [
      "with a pax header of length 0",
      makeTar({ name: "p", flag: "x", content: "0 path=a\n" }, { name: "a" }),
      /wrong pax/,
    ],
    ["with a sparse file", makeTar({ name: "s", flag: "S" }), /sparse/],
    ["with endless metadata", makeTar({ name: "x", flag: "L", content: "x".repeat(2 << 20) }), /wrong size/],
  ])("%s is refused", (_name, archive, message) => {
    expect(() => [...readTar(archive)]).toThrow(message);
    expect(() => [...readTar(archive)]).toThrow(GenerationError);
  });
});

describe("bytes that somebody changed", () => {
  it("are read as an archive or refused, and nothing else happens", () => {
    const whole = makeTar(
      { name: "a/b.yaml", content: "x".repeat(700) },
      paxMember({ path: "c/d", linkpath: "e" }),
      { name: "l", flag: "2", target: "a/b.yaml" },
      { name: "L", flag: "L", content: "long\0" },
      { name: "m", content: "1" },
    );
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(whole.length), (changes, end) => {
        const archive = Buffer.from(whole);
        for (const { at, byte } of changes) archive[at] = byte;
        for (const header of [0, 1_536, 2_560, 3_072, 4_096]) mendSum(archive, header);
        try {
          treeOfTar(archive.subarray(0, end), facts);
        } catch (error: unknown) {
          if (!(error instanceof GenerationError)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Makes a header that was changed one that passes its check, so that the change is looked at. */
function mendSum(archive: Buffer, at: number): void {
  if (at + 512 > archive.length) return;
  archive.fill(0x20, at + 148, at + 156);
  const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
}

describe("a tree", () => {
  it("has its directories, in the order of a walk", async () => {
    const archive = tarOf({ "b/x.yaml": "1", "./a-b/y": "2", "/a/z": "3", "a/y/deep": "4" });
    expect(Object.keys(await readAll(archive))).toEqual([
      "a/",
      "a/y/",
      "a/y/deep",
      "a/z",
      "a-b/",
      "a-b/y",
      "b/",
      "b/x.yaml",
    ]);
  });

  it("takes the later of two with one name", async () => {
    expect(await readAll(makeTar({ name: "a", content: "1" }, { name: "a", content: "2" }))).toEqual({ a: "2" });
  });

  it("follows links inside of it and never out of it", async () => {
    const link = (name: string, target: string): TestMember => ({ name, flag: "2", target });
    const archive = makeTar(
      { name: "dir/file", content: "here" },
      link("up", "dir/file"),
      link("dir/self", "./file"),
      link("dir/over", "../dir/../up"),
      link("through", "shortcut/file"),
      link("shortcut", "dir"),
      link("out", "../etc/passwd"),
      link("dir/out", "../../etc/passwd"),
      link("absolute", "/dir/file"),
      link("gone", "nothing"),
      link("loop", "loop"),
      link("ping", "pong"),
      link("pong", "ping"),
      { name: "hard", flag: "1", target: "dir/file" },
      { name: "hard-out", flag: "1", target: "etc/passwd" },
    );
    const nothing = "nothing";
    expect(await readAll(archive)).toEqual({
      "dir/": "",
      "dir/file": "here",
      "dir/self": "here",
      "dir/over": "here",
      "dir/out": nothing,
      up: "here",
      through: "here",
      hard: "here",
      ...{
        shortcut: nothing,
        out: nothing,
        absolute: nothing,
        gone: nothing,
        loop: nothing,
        ping: nothing,
        pong: nothing,
      },
      "hard-out": nothing,
    });
  });

  it("does not write through a link", async () => {
    const archive = makeTar({ name: "a", flag: "2", target: "/etc" }, { name: "a/passwd", content: "mine" });
    expect(await readAll(archive)).toEqual({ "a/": "", "a/passwd": "mine" });
  });

  it.each(["../x", "a/../../x", "..", "a/.."])("refuses the name %s", (name) => {
    expect(() => treeOfTar(makeTar({ name, content: "x" }), facts)).toThrow("is no path inside of it");
  });

  it("refuses more entries than are allowed", () => {
    const limits = { ...defaultOciLimits, maxEntries: 10 };
    const many = tarOf(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`f${index}`, ""])));
    expect(() => treeOfTar(many, { ...facts, limits })).toThrow("more than 10 files and directories");
  });

  it("of a chart begins below the chart's own directory", async () => {
    const chart = tarOf({ "web/Chart.yaml": "name: web", "web/env/eu.yaml": "a: 1" });
    expect(Object.keys(await readAll(chart, { isChart: true }))).toEqual(["Chart.yaml", "env/", "env/eu.yaml"]);
    const two = tarOf({ "web/a": "", "mail/b": "" });
    expect(() => treeOfTar(two, { ...facts, isChart: true })).toThrow("2 directories at its root");
  });

  it("gives equal ids to equal content and others to what changed", async () => {
    const idsOf = async (archive: Uint8Array) =>
      new Map((await treeOfTar(archive, facts).entries()).map(({ path, oid }) => [path, oid]));
    const before = await idsOf(tarOf({ "a/x": "1", "b/x": "1", "c/x": "1" }));
    const after = await idsOf(tarOf({ "a/x": "1", "b/x": "2", "c/x": "1" }));
    const changed = [...before.keys()].filter((path) => before.get(path) !== after.get(path));
    expect(changed).toEqual(["b", "b/x"]);
    expect(before.get("a/x")).toBe(before.get("b/x"));
  });

  it("lets no file be read that is larger than allowed", async () => {
    await expect(treeOfTar(tarOf({ a: "123" }), facts).read("a", 2)).rejects.toThrow("has 3 bytes where 2 are allowed");
  });
});
