import { type Bench, formatFigure, isMet } from "./figure.ts";

// `npm run bench [-- NAME…]`: prints each figure beside its goal and exits 1 when a ratio was missed.
const all: { readonly [name: string]: () => Promise<Bench> } = {
  startup: async () => (await import("./startup.ts")).startup,
  generate: async () => (await import("./generate.ts")).generate,
  expressions: async () => (await import("./expressions-bench.ts")).expressions,
  "git-files": async () => (await import("./git-files.ts")).gitFiles,
  apiserver: async () => (await import("./apiserver.ts")).apiserver,
  store: async () => (await import("./store.ts")).store,
  fleet: async () => (await import("./members.ts")).fleet,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  process.exit(2);
}

let failed = 0;
for (const [name, load] of Object.entries(all)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`--- ${name}`);
  for (const figure of await (await load()).run()) {
    console.log(formatFigure(figure));
    if (figure.enforced && !isMet(figure)) failed += 1;
  }
}
process.exit(failed === 0 ? 0 : 1);
