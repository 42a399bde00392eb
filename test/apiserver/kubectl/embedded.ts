import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Simulator } from "../../../src/apiserver/members/simulator.ts";
import { type RunningApiServer, startApiServer } from "../../../src/apiserver/start.ts";
import { writePrivate } from "../../../src/apiserver/tls/credentials.ts";

export interface Embedded {
  readonly server: RunningApiServer;
  readonly kubeconfig: string;
  readonly errors: unknown[];
  close(): Promise<void>;
}

/** An embedded server in memory with simulated members, and its kubeconfig in a file. */
export async function startEmbedded(members: readonly string[] = []): Promise<Embedded> {
  const folder = mkdtempSync(join(tmpdir(), "fleetset-embedded-"));
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const server = await startApiServer({ clusters: members, onError });
  const simulator = new Simulator({ delayMs: 200, maxPods: 2, onError });
  for (const member of members) simulator.add(server.cluster(member));
  const kubeconfig = join(folder, "kubeconfig");
  writePrivate(kubeconfig, server.kubeconfig());
  const close = async () => {
    simulator.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, kubeconfig, errors, close };
}
