import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ObjectStore } from "../../src/git/backend.ts";
import { DirectoryOrigin } from "../../src/git/directory.ts";
import { defaultGitLimits } from "../../src/git/limits.ts";
import { Memo } from "../../src/git/memo.ts";
import { TreeReader } from "../../src/git/tree-reader.ts";
import { temporaryDirectory } from "./fixture-repository.ts";

test("a commit that changes one directory costs the trees on the way to it, and nothing where it is read again", async () => {
  const temporary = temporaryDirectory();
  for (let count = 0; count < 50; count++) {
    mkdirSync(join(temporary.path, `apps/a${count}`), { recursive: true });
    writeFileSync(join(temporary.path, `apps/a${count}/app.yaml`), `app: ${count}\n`);
  }
  const origin = new DirectoryOrigin(temporary.path, "https://git.example.com/r", defaultGitLimits);
  const reads: string[] = [];
  const store: ObjectStore = {
    ...origin.store,
    read: (oid, maxBytes) => {
      reads.push(oid);
      return origin.store.read(oid, maxBytes);
    },
  };
  const reader = new TreeReader(store, defaultGitLimits);
  const list = async (commit: string) => reader.list(await reader.rootTree(commit), "");

  const first = await list(origin.commit());
  expect(first.entries).toHaveLength(101);
  expect(reads).toHaveLength(1 + 2 + 50);
  reads.length = 0;
  expect(await list(origin.commit())).toBe(first);
  expect(reads).toEqual([]);

  writeFileSync(join(temporary.path, "apps/a7/app.yaml"), "app: changed\n");
  const second = await list(origin.commit({ refresh: true }));
  expect(second.tree).not.toBe(first.tree);
  // The commit, the root, apps and apps/a7.
  expect(reads).toHaveLength(4);
  temporary.remove();
});

test("a memo forgets what was not used for longest, and keeps at least what came last", () => {
  const memo = new Memo<string>(10);
  memo.set("a", "A", 4);
  memo.set("b", "B", 4);
  expect(memo.get("a")).toBe("A");
  memo.set("c", "C", 4);
  expect([memo.get("a"), memo.get("b"), memo.get("c")]).toEqual(["A", undefined, "C"]);
  memo.set("huge", "H", 100);
  expect([memo.get("a"), memo.get("c"), memo.get("huge")]).toEqual([undefined, undefined, "H"]);
});
