import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseYaml } from "../../../src/base/yaml.ts";
import { defaultAssets, start } from "../../envtest/control-plane.mjs";
import { cli } from "../measure.ts";
import { Client, type Credentials } from "./client.ts";

/** A server in processes of its own, and a client for it. */
export interface Contender {
  readonly name: "real" | "memory" | "disk";
  readonly url: string;
  readonly credentials: Credentials;
  readonly client: Client;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Why there is no kube-apiserver to compare with; undefined when there is one. */
export function whyNoReal(): string | undefined {
  const assets = defaultAssets();
  for (const name of ["etcd", "kube-apiserver"]) {
    try {
      accessSync(join(assets, name), constants.X_OK);
    } catch {
      return `no ${name} in ${assets}: run \`npm run envtest:build\` (needs Go), or set KUBEBUILDER_ASSETS`;
    }
  }
  return undefined;
}

/** kube-apiserver and etcd. etcd does not wait for the disk: the figures are those of the faster server. */
export async function startReal(): Promise<Contender> {
  const plane = await start();
  const read = readKubeconfig(plane.kubeconfig);
  const client = new Client(read.url, read.credentials, 50);
  return {
    ...{ name: "real", ...read, client, pids: plane.pids },
    async stop() {
      await client.close();
      await plane.stop();
      rmSync(plane.dir, { recursive: true, force: true });
    },
  };
}

export interface EmbeddedSettings {
  readonly keepsData?: boolean;
  readonly members?: number;
}

/** `fleetset run --embedded`: the server with its controllers, as a user has it. */
export async function startEmbedded({ keepsData = false, members = 0 }: EmbeddedSettings = {}): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), "fleetset-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  const args = ["run", "--embedded", "--members", String(members), "--write-kubeconfig", kubeconfig];
  const child = spawn(process.execPath, [cli, ...args, ...(keepsData ? ["--data-dir", join(folder, "data")] : [])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await begun(child).catch((error: unknown) => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const read = readKubeconfig(kubeconfig);
  const client = new Client(read.url, read.credentials, 50);
  return {
    ...{ name: keepsData ? "disk" : "memory", ...read, client, pids: [child.pid!] },
    async stop() {
      await client.close();
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It says on stderr when its controllers run. */
async function begun(child: ChildProcess): Promise<void> {
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    if (errors.length < 10_000) errors += chunk.toString();
  });
  while (!/follows https/.test(errors)) {
    if (child.exitCode !== null) throw new Error(`fleetset run --embedded ended with ${child.exitCode}: ${errors}`);
    await sleep(20);
  }
}

interface KubeconfigFile {
  readonly clusters: readonly [{ readonly cluster: { readonly [field: string]: string } }];
  readonly users: readonly [{ readonly user: { readonly [field: string]: string } }];
}

function readKubeconfig(path: string): { readonly url: string; readonly credentials: Credentials } {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const { clusters, users } = parseYaml(readFileSync(path, "utf8"), { file: path }) as unknown as KubeconfigFile;
  const [{ cluster }, { user }] = [clusters[0], users[0]];
  const decoded = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text, "base64"));
  return {
    url: cluster.server!,
    credentials: {
      ca: decoded(cluster["certificate-authority-data"])!,
      cert: decoded(user["client-certificate-data"]),
      key: decoded(user["client-key-data"]),
      authorization: user.token === undefined ? undefined : `Bearer ${user.token}`,
    },
  };
}
