import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

// What each room may import, types included. A room not listed under another may not be imported by it.
const mayImport: { readonly [room: string]: readonly string[] } = {
  "src/base": [],
  crds: [],
  generators: ["crds", "src/base"],
  templates: ["crds", "src/base"],
  "src/kube": ["crds", "src/base"],
  "src/git": ["crds", "src/base"],
  "src/inputs": ["generators", "src/kube", "src/git", "crds", "src/base"],
  "src/render": ["generators", "templates", "crds", "src/base"],
  "src/plan": ["src/render", "crds", "src/base"],
  "src/runtime": ["src/kube", "crds", "src/base"],
  "src/sync": ["src/plan", "src/kube", "src/git", "crds", "src/base"],
  "src/controllers": [
    "src/runtime",
    "src/inputs",
    "src/render",
    "src/plan",
    "src/sync",
    "src/kube",
    "src/git",
    "generators",
    "crds",
    "src/base",
  ],
  "src/apiserver": ["crds", "src/base"],
  "src/web": ["src/kube", "src/render", "src/plan", "crds", "src/base"],
  "src/config.ts": [],
  "src/cli": ["*"],
};

const rooms = Object.keys(mayImport);

function roomOf(path: string): string | undefined {
  return rooms.filter((room) => path === room || path.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0];
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

const files = ["src", "generators", "templates", "crds"].flatMap(sources);

function imports(file: string): { target: string; line: number }[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern = /(?:from\s+|import\s+|import\(\s*)["'](\.[^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => ({
    target: relative(root, normalize(join(root, dirname(file), match[1] ?? ""))),
    line: text.slice(0, match.index).split("\n").length,
  }));
}

test("every source file stands in a room", () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test("a room imports only what its row allows", () => {
  const wrong = files.flatMap((file) => {
    const from = roomOf(file) ?? "";
    return imports(file)
      .map(({ target, line }) => ({ to: roomOf(target), line, target }))
      .filter(({ to }) => to !== from && !mayImport[from]?.includes(to ?? "") && !mayImport[from]?.includes("*"))
      .map(({ line, target }) => `${file}:${line} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("the check sees an import that is not allowed", () => {
  expect(mayImport["src/apiserver"]).not.toContain("src/kube");
  expect(imports("src/cli/main.ts").map(({ target }) => roomOf(target))).toContain("src/config.ts");
});

test("files do not import each other in a circle", () => {
  const graph = new Map(files.map((file) => [file, imports(file).map(({ target }) => target)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]) => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (done.has(file) || trail.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("only src/config.ts reads the environment, and only src/cli imports it", () => {
  const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(root, file), "utf8")));
  expect(readers).toEqual(["src/config.ts"]);
  const users = files.filter((file) => imports(file).some(({ target }) => target === "src/config.ts"));
  expect(users.every((file) => file.startsWith("src/cli/"))).toBe(true);
});

test("all YAML goes through src/base/yaml.ts", () => {
  const direct = files.filter((file) => /["']js-yaml["']/.test(readFileSync(join(root, file), "utf8")));
  expect(direct.every((file) => file.startsWith("src/base/yaml"))).toBe(true);
});

test("no file passes the size where it should have been split", () => {
  const long = files
    .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
    .filter(({ lines }) => lines > 400);
  expect(long).toEqual([]);
});
