import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Fixtures are made by git itself, whichever backend then reads them. */
export const hasGit = spawnSync("git", ["--version"]).status === 0;

const env = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_AUTHOR_DATE: "2024-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_COMMITTER_DATE: "2024-01-01T00:00:00Z",
};

/** What the code under test is given for its environment. */
export const environment = { PATH: env.PATH, TMPDIR: tmpdir() };

export type RawEntry = readonly [mode: string, name: string | Buffer, oid: string];

/** A repository that a test writes to. */
export class FixtureRepository {
  readonly path: string;

  constructor(path: string, ...initFlags: readonly string[]) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git("init", "-q", "-b", "main", ...initFlags, ".");
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", args, {
      cwd: this.path,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  gitWithInput(input: string | Buffer, ...args: readonly string[]): string {
    return execFileSync("git", args, { cwd: this.path, env, input }).toString("utf8").trim();
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  /** Commits these files over what is there; gives the commit. */
  commit(files: Readonly<Record<string, string>>, message = "change"): string {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.git("add", "-A", ".");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Stores a commit of a tree as given, however strange; gives the commit. */
  commitTree(entries: readonly RawEntry[]): string {
    return this.git("commit-tree", this.tree(entries), "-m", "raw");
  }

  /** Stores a tree as given, however strange; gives the tree. */
  tree(entries: readonly RawEntry[]): string {
    const rows = entries.flatMap(([mode, name, oid]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(oid, "hex"),
    ]);
    return this.gitWithInput(Buffer.concat(rows), "hash-object", "-t", "tree", "--literally", "-w", "--stdin");
  }

  blob(content: string | Buffer): string {
    return this.gitWithInput(content, "hash-object", "-w", "--stdin");
  }
}

/** A directory that goes when the test is done with it. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "git-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
