import { GitCache } from "../git/cache.ts";
import { clientReader } from "../inputs/client-reader.ts";
import { gitPort } from "../inputs/git-source.ts";
import { HttpClient } from "../inputs/http.ts";
import { HttpCache } from "../inputs/http-cache.ts";
import { hubPorts } from "../inputs/hub.ts";
import { mappedOci } from "../inputs/oci/mapped.ts";
import { OciArtifacts } from "../inputs/oci/port.ts";
import type { LoadedContext } from "../kube/kubeconfig-connection.ts";
import { openKubeClient } from "../kube/rest-client.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { namespaceOf } from "./connect.ts";
import { listFlag, type RepoMapping } from "./flags.ts";
import { type Io, warn } from "./io.ts";
import { readRepositorySecrets } from "./repository-secrets.ts";
import { scmSettings } from "./scm-settings.ts";
import type { World } from "./world.ts";

/** The world as the hub of a kubeconfig context has it now, and the real remotes with the hub's credentials. */
export async function onlineWorld(
  { io, config, signal }: CommandContext,
  flags: FlagValues,
  context: LoadedContext,
  mappings: readonly RepoMapping[] = [],
): Promise<World> {
  for (const warning of context.warnings) warn(io, warning);
  const client = openKubeClient(context.connection);
  const namespace = namespaceOf(flags, context);
  const secrets = await readRepositorySecrets(client, namespace);
  const cache = new GitCache({
    environment: config.gitEnvironment,
    cacheDirectory: config.cacheDir,
    // A command that ends asks each remote once.
    maxAgeMs: Number.POSITIVE_INFINITY,
    mappings,
    allowLocal: listFlag(flags, "allowLocalRepository"),
    credentials: secrets.credentials,
    knownHosts: secrets.knownHosts,
  });
  const http = new HttpClient({ environment: config.gitEnvironment });
  const [git, asked] = [gitPort(cache), new HttpCache(http).port()];
  const oci = mappedOci(mappings, git, new OciArtifacts({ credentials: secrets.credentials }).port(asked));
  return {
    ports: hubPorts(
      clientReader(client, signal),
      { git, http: asked, oci, scm: scmSettings(config, flags) },
      warnOnce(io),
    ),
    namespace,
    inventory: { entries: [], warnings: [] },
    hub: { client, context, namespace },
    close: async () => void (await Promise.all([cache.close(), http.close(), client.close()])),
  };
}

/** Clusters are listed more than once in a run: each thing about them is said once. */
function warnOnce(io: Io): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) warn(io, message);
    told.add(message);
  };
}
