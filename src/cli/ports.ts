import type { Ports } from "../../generators/ports.ts";
import { clusterWarnings, inventoryPorts } from "../inputs/directory.ts";
import { gitPort } from "../inputs/git-source.ts";
import { HttpClient } from "../inputs/http.ts";
import { HttpCache } from "../inputs/http-cache.ts";
import { readInventory } from "../inputs/inventory.ts";
import { mappedOci } from "../inputs/oci/mapped.ts";
import { OciArtifacts } from "../inputs/oci/port.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { hubContext, loadHubContext, namespaceOf } from "./connect.ts";
import { listFlag, type RepoMapping } from "./flags.ts";
import { note, warn } from "./io.ts";
import { scmSettings } from "./scm-settings.ts";
import type { World } from "./world.ts";

/**
 * Opens the world that the flags name. Any `--inventory` or `--repo` means offline, unless the command writes to the hub:
 * no kubeconfig is read, nothing is dialled. With neither and no kubeconfig there is an empty inventory, and a note says so.
 */
export async function openWorld(
  context: CommandContext,
  flags: FlagValues,
  { needsHub = false }: { readonly needsHub?: boolean } = {},
): Promise<World> {
  const paths = listFlag(flags, "inventory");
  const mappings = listFlag<RepoMapping>(flags, "repo");
  if (!needsHub && (paths.length > 0 || mappings.length > 0)) return offline(context, flags, { paths, mappings });
  const loaded = needsHub ? await hubContext(context.config, flags) : await loadHubContext(context.config, flags);
  if (loaded !== undefined) return (await import("./online-world.ts")).onlineWorld(context, flags, loaded, mappings);
  note(context.io, "note: there is no kubeconfig and no --inventory: no cluster is known");
  return offline(context, flags, { paths, mappings, mayDial: true });
}

interface Sources {
  readonly paths: readonly string[];
  readonly mappings: readonly RepoMapping[];
  readonly mayDial?: boolean;
}

async function offline(context: CommandContext, flags: FlagValues, sources: Sources): Promise<World> {
  const inventory = readInventory(sources.paths);
  for (const warning of [...inventory.warnings, ...clusterWarnings(inventory)]) warn(context.io, warning);
  // Loaded on first use: a set without a git generator needs no git.
  let cache: Promise<import("../git/cache.ts").GitCache> | undefined;
  const git = async () => {
    cache ??= import("../git/cache.ts").then(
      ({ GitCache }) =>
        new GitCache({
          environment: context.config.gitEnvironment,
          cacheDirectory: context.config.cacheDir,
          mappings: sources.mappings,
          isOffline: sources.mayDial !== true,
        }),
    );
    return cache;
  };
  const lazy = { open: async (...args: Parameters<Ports["git"]["open"]>) => gitPort(await git()).open(...args) };
  const http = new HttpClient({ environment: context.config.gitEnvironment });
  const asked = new HttpCache(http).port();
  const oci = mappedOci(sources.mappings, lazy, sources.mayDial === true ? new OciArtifacts().port(asked) : undefined);
  return {
    ports: inventoryPorts(inventory, { git: lazy, http: asked, oci, scm: scmSettings(context.config, flags) }),
    namespace: namespaceOf(flags, undefined),
    inventory,
    hub: undefined,
    close: async () => void (await Promise.all([(await cache)?.close(), http.close()])),
  };
}
