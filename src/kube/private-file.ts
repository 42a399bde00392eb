import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { formatYaml } from "../base/yaml.ts";

/** Writes a file that only its owner may read (0600), whole or not at all. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Beside the target, so that the rename stays in one file system; a file that exists keeps no wider mode that way.
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: "wx" });
    await rename(draft, path);
  } catch (error: unknown) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** One cluster with the credentials to write into a kubeconfig; CA as PEM. */
export interface KubeconfigTarget {
  readonly name: string;
  readonly server: string;
  readonly ca?: string;
  readonly token?: string;
  readonly namespace?: string;
}

/** The text of a kubeconfig with a context per target; the first is the current one. */
export function formatKubeconfig(targets: readonly KubeconfigTarget[]): string {
  const encode = (text: string) => Buffer.from(text, "utf8").toString("base64");
  return formatYaml({
    apiVersion: "v1",
    kind: "Config",
    "current-context": targets[0]?.name ?? "",
    clusters: targets.map(({ name, server, ca }) => ({
      name,
      cluster: { server, ...(ca === undefined ? {} : { "certificate-authority-data": encode(ca) }) },
    })),
    users: targets.map(({ name, token }) => ({ name, user: token === undefined ? {} : { token } })),
    contexts: targets.map(({ name, namespace }) => ({
      name,
      context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) },
    })),
  });
}
