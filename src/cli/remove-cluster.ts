import { FleetError } from "../base/errors.ts";
import { nearest } from "../base/near-name.ts";
import { listClusters } from "./clusters.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { confirm } from "./confirm.ts";
import { connectHub, type Hub } from "./connect.ts";
import { listFleet, secretType } from "./fleet.ts";
import { note } from "./io.ts";

/** No object of that name. */
export class NotFoundError extends FleetError {
  readonly reason = "NotFound";
  readonly retryable = false;
}

/** Deletes the Secret of a member after asking. Gives the exit code: 1 when the answer was no. */
export async function removeCluster(
  context: CommandContext,
  flags: FlagValues,
  name: string,
  yes: boolean,
): Promise<number> {
  const { io, config, signal } = context;
  const hub = await connectHub(config, flags);
  try {
    const cluster = await findCluster(hub, name);
    const { applications, goesTo } = await listFleet(hub.client, { namespace: hub.namespace, signal });
    const count = applications.filter(
      (app) => goesTo(app, cluster.metadata.name) || goesTo(app, cluster.server),
    ).length;
    const question = `Remove cluster ${cluster.metadata.name} (${cluster.server})? ${goTo(count, "go", "goes")} to it.`;
    if (!(await confirm(io, question, yes))) return 1;
    await hub.client.delete({ ...secretType, namespace: hub.namespace, name: cluster.secret });
    note(io, `Cluster ${cluster.metadata.name} removed; ${goTo(count, "went", "went")} to it`);
    return 0;
  } finally {
    await hub.client.close();
  }
}

function goTo(count: number, many: string, one: string): string {
  return count === 1 ? `1 Application ${one}` : `${count} Applications ${many}`;
}

async function findCluster(hub: Hub, name: string) {
  const clusters = await listClusters(hub);
  const found = clusters.find(({ metadata, server }) => metadata.name === name || server === name);
  if (found !== undefined) return found;
  const names = clusters.map(({ metadata }) => metadata.name);
  const near = nearest(name, names);
  throw new NotFoundError(`there is no cluster ${JSON.stringify(name)} in namespace ${hub.namespace}`, {
    details: { remedy: near === undefined ? "see fleetset clusters list" : `did you mean ${near}?` },
  });
}
