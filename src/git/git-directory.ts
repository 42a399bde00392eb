import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { GitNotFoundError } from "./errors.ts";

/**
 * Where the git repository at a path keeps its refs and objects: `.git`, what a file of that name points to, or the path
 * itself when it is a bare repository. Undefined for a plain directory. Throws GitNotFoundError when the path is no
 * directory.
 */
export function findGitDirectory(path: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new GitNotFoundError(`${path} is no directory`, {
      details: { file: path, remedy: "name a directory that exists" },
    });
  }
  const inner = join(path, ".git");
  const found = statSync(inner, { throwIfNoEntry: false });
  if (found?.isDirectory()) return inner;
  if (found?.isFile()) return pointedTo(inner, path);
  return isBare(path) ? path : undefined;
}

function pointedTo(file: string, from: string): string {
  const target = /^gitdir: (.+?)\s*$/.exec(readFileSync(file, "utf8").slice(0, 4_096))?.[1];
  if (target === undefined)
    throw new GitNotFoundError(`${file} does not say where its repository is`, { details: { file } });
  return isAbsolute(target) ? target : resolve(from, target);
}

function isBare(path: string): boolean {
  const isThere = (name: string, kind: "isFile" | "isDirectory") =>
    statSync(join(path, name), { throwIfNoEntry: false })?.[kind]() === true;
  return isThere("HEAD", "isFile") && isThere("objects", "isDirectory") && isThere("refs", "isDirectory");
}
