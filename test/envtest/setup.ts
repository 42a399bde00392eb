import { accessSync, constants, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { defaultAssets, start } from "./control-plane.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The kubeconfig of a real kube-apiserver, or why there is none. */
    readonly realServer: { readonly kubeconfig: string } | { readonly missing: string };
  }
}

function missingBinary(assets: string): string | undefined {
  return ["etcd", "kube-apiserver", "kube-controller-manager"].find((name) => {
    try {
      accessSync(join(assets, name), constants.X_OK);
      return false;
    } catch {
      // Not there, or not to be run: both mean the tier can't run.
      return true;
    }
  });
}

/** One real control plane for all files of the tier; without its binaries the tier says so and counts neither way. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const assets = defaultAssets();
  const missing = missingBinary(assets);
  if (missing !== undefined) {
    const reason = `no ${missing} in ${assets}: run \`npm run envtest:build\` (needs Go), or set KUBEBUILDER_ASSETS`;
    console.log(`envtest tier not run, counted neither as passed nor as failed: ${reason}`);
    project.provide("realServer", { missing: reason });
    return undefined;
  }
  const controlPlane = await start({ collectGarbage: true });
  project.provide("realServer", { kubeconfig: controlPlane.kubeconfig });
  return async () => {
    await controlPlane.stop();
    rmSync(controlPlane.dir, { recursive: true, force: true });
  };
}
