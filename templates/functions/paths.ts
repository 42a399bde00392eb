import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";

const base = define("func(string) string", "the last part of a path with slashes", ([path]) => pathBase(path));
const dir = define("func(string) string", "all but the last part of a path, cleaned", ([path]) => pathDir(path));
const clean = define("func(string) string", "the shortest path of the same meaning, `.` for none", ([path]) =>
  pathClean(path),
);
const ext = define("func(string) string", "what follows the last point of the last part, with the point", ([path]) =>
  pathExt(path),
);
const isAbs = define("func(string) bool", "whether a path starts with a slash", ([path]) => path.startsWith("/"));

/** Paths. The functions for paths of the operating system are those of Linux. */
export const pathFunctions: FunctionTable = {
  base,
  dir,
  clean,
  ext,
  isAbs,
  osBase: { ...base, doc: "as `base`" },
  osDir: { ...dir, doc: "as `dir`" },
  osClean: { ...clean, doc: "as `clean`" },
  osExt: { ...ext, doc: "as `ext`" },
  osIsAbs: { ...isAbs, doc: "as `isAbs`" },
};

/** Go's `path.Base`. */
function pathBase(path: string): string {
  if (path === "") return ".";
  const end = endWithoutSlashes(path);
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

function endWithoutSlashes(path: string): number {
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === "/") end--;
  return end;
}

/** Go's `path.Dir`. */
function pathDir(path: string): string {
  return pathClean(path.slice(0, path.lastIndexOf("/") + 1));
}

/** Go's `path.Ext`. */
function pathExt(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const point = name.lastIndexOf(".");
  return point < 0 ? "" : name.slice(point);
}

/** Go's `path.Clean`. */
function pathClean(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push(part);
  }
  return (isRooted ? "/" : "") + kept.join("/") || ".";
}
