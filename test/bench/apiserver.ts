import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseYaml } from "../../src/base/yaml.ts";
import { type Contender, startEmbedded, startReal, whyNoReal } from "./apiserver/contender.ts";
import { memberFigures } from "./apiserver/members.ts";
import { readFigures } from "./apiserver/reads.ts";
import { watchFigures } from "./apiserver/watches.ts";
import { writeFigures } from "./apiserver/writes.ts";
import type { Bench, Figure } from "./figure.ts";

/** The embedded API server beside a kube-apiserver with etcd: writes, reads, watches and memory. */
export const apiserver: Bench = {
  name: "apiserver",
  async run() {
    const reason = whyNoReal();
    if (reason !== undefined) console.log(`no ratios to a kube-apiserver: ${reason}`);
    console.log(
      "real: kube-apiserver and etcd; in memory and on disk: `fleetset run --embedded` without and with --data-dir",
    );
    const starts = [
      ...(reason === undefined ? [startReal] : []),
      startEmbedded,
      () => startEmbedded({ keepsData: true }),
    ];
    const contenders: Contender[] = [];
    try {
      for (const start of starts) contenders.push(await start());
      return [...(await compareAll(contenders)), ...(await memberFigures())];
    } finally {
      for (const contender of contenders) await contender.stop();
    }
  },
};

async function compareAll(contenders: readonly Contender[]): Promise<Figure[]> {
  for (const contender of contenders) if (contender.name === "real") await installKinds(contender);
  // Memory first: what writes leave behind would count as the objects'.
  const reads = await readFigures(contenders);
  return [...(await writeFigures(contenders)), ...reads, ...(await watchFigures(contenders))];
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** The embedded server has fleetset's kinds from the start. */
export async function installKinds({ client }: Contender): Promise<void> {
  const folder = join(import.meta.dirname, "../../crds/manifests");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
    const path = join(folder, file);
    const body = JSON.stringify(parseYaml(readFileSync(path, "utf8"), { file: path }));
    await client.ask({ method: "POST", path: definitions, body });
  }
  const established = async () =>
    (await client.call({ method: "GET", path: "/apis/argoproj.io/v1alpha1/applications" })).status === 200;
  while (!(await established())) await sleep(50);
}
