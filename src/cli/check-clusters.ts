import pLimit from "p-limit";
import { messageOf } from "../base/errors.ts";
import { clusterSecretSelector, connectionFromSecret, readClusterSecret } from "../kube/cluster-secret.ts";
import { listAll } from "../kube/list.ts";
import type { KubeObject } from "../kube/objects.ts";
import { openKubeClient } from "../kube/rest-client.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { connectHub } from "./connect.ts";
import { secretType } from "./fleet.ts";
import { printObjects } from "./print.ts";

interface Check {
  readonly kind: "ClusterCheck";
  readonly metadata: { readonly name: string };
  readonly server: string;
  readonly reachable: boolean;
  readonly version: string;
  readonly message: string;
}

const atOnce = 32;

/** Dials members concurrently and prints what each said. Gives the exit code: 1 when a member did not answer. */
export async function checkClusters(
  { io, config, signal }: CommandContext,
  flags: FlagValues,
  names: readonly string[],
  format: string,
): Promise<number> {
  const hub = await connectHub(config, flags);
  try {
    const ref = { ...secretType, namespace: hub.namespace };
    const { items } = await listAll(hub.client, ref, { labelSelector: clusterSecretSelector, signal });
    const wanted = items.filter((secret) => names.length === 0 || names.includes(readClusterSecret(secret).name));
    const limit = pLimit(atOnce);
    const checks = await Promise.all(wanted.map((secret) => limit(() => check(secret, signal))));
    checks.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    await printObjects(io, checks, { format, columns, resource: "cluster" });
    const missing = names.filter((name) => !checks.some(({ metadata }) => metadata.name === name));
    for (const name of missing) io.stderr.write(`warning: there is no cluster ${name}\n`);
    return missing.length > 0 || checks.some(({ reachable }) => !reachable) ? 1 : 0;
  } finally {
    await hub.client.close();
  }
}

const columns = [
  { heading: "NAME", cell: (check: Check) => check.metadata.name },
  { heading: "SERVER", cell: (check: Check) => check.server },
  { heading: "REACHABLE", cell: (check: Check) => String(check.reachable) },
  { heading: "VERSION", cell: (check: Check) => check.version },
  { heading: "MESSAGE", cell: (check: Check) => check.message },
];

async function check(secret: KubeObject, signal: AbortSignal): Promise<Check> {
  const { name, server } = readClusterSecret(secret);
  const about = { kind: "ClusterCheck", metadata: { name }, server } as const;
  try {
    const { connection, warnings } = connectionFromSecret(secret);
    const client = openKubeClient(connection);
    try {
      const answer = await client.request({ method: "GET", path: "/version", signal });
      if (answer.status !== 200) return { ...about, reachable: false, version: "", message: `HTTP ${answer.status}` };
      const { gitVersion = "" } = JSON.parse(answer.body) as { gitVersion?: string };
      return { ...about, reachable: true, version: gitVersion, message: warnings.join("; ") };
    } finally {
      await client.close();
    }
  } catch (error: unknown) {
    return { ...about, reachable: false, version: "", message: messageOf(error) };
  }
}
