// Records the columns that a real kube-apiserver prints for the built-in kinds, for `openapi/data/columns.json`.
//   kubectl proxy --port=8001 &  tsx src/apiserver/table/record-columns.ts http://127.0.0.1:8001
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtinResources } from "../openapi/data.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error("usage: record-columns.ts URL");
const { gitVersion } = (await (await fetch(`${server}/version`)).json()) as { gitVersion: string };
const lines: string[] = [];
for (const { group, version, plural, kind, verbs } of builtinResources) {
  if (!verbs.includes("list")) continue;
  const root = group === "" ? "api" : `apis/${group}`;
  const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
  const answer = await fetch(`${server}/${root}/${version}/${plural}?limit=1`, { headers });
  const { columnDefinitions } = (await answer.json()) as { columnDefinitions: readonly Column[] };
  lines.push(`${JSON.stringify(`${kind}.${group}`)}:${JSON.stringify(columnDefinitions)}`);
}
const head = JSON.stringify({ source: `kube-apiserver ${gitVersion}`, license: "Apache-2.0" }).slice(0, -1);
writeFileSync(
  join(import.meta.dirname, "../openapi/data/columns.json"),
  `${head},"columns":{\n${lines.join(",\n")}\n}}\n`,
);
