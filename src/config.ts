import { homedir } from "node:os";
import { join } from "node:path";

/** What the environment says. Read once, here and nowhere else. */
export interface Config {
  /** Paths of kubeconfig files in order of precedence; from KUBECONFIG, else the default path. */
  readonly kubeconfigPaths: readonly string[];
  /** Whether KUBECONFIG was given, so that a missing file is an error and not an empty answer. */
  readonly kubeconfigGiven: boolean;
  /** Where caches of git mirrors live. */
  readonly cacheDir: string;
  /** NO_COLOR is set to anything but the empty text. */
  readonly noColor: boolean;
  /** Set by Kubernetes in every pod: the address of the API server of the cluster that we run in. */
  readonly inCluster: boolean;
  readonly editor: string;
  /** What git may see of the environment: where it is found, and the proxies of this machine. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
  /** What providers of repositories are asked with: tokens, keys and addresses, by the names of their variables. */
  readonly scmEnvironment: Readonly<Record<string, string>>;
  readonly columns: number | undefined;
}

const gitVariables = [
  "PATH",
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
];

const scmVariables = [
  ...["GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN", "BITBUCKET_API_BASE_URL"],
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"],
  ...["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ENDPOINT_URL_STS"],
  ...["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CODECOMMIT", "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API"],
];

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const home = env.HOME ?? homedir();
  const given = env.KUBECONFIG !== undefined && env.KUBECONFIG !== "";
  return {
    kubeconfigPaths: given ? (env.KUBECONFIG ?? "").split(":").filter(Boolean) : [join(home, ".kube", "config")],
    kubeconfigGiven: given,
    cacheDir: join(env.XDG_CACHE_HOME || join(home, ".cache"), "fleetset"),
    noColor: (env.NO_COLOR ?? "") !== "",
    inCluster: env.KUBERNETES_SERVICE_HOST !== undefined,
    editor: env.KUBE_EDITOR || env.EDITOR || "vi",
    gitEnvironment: pick(env, gitVariables),
    scmEnvironment: pick(env, scmVariables),
    columns: env.COLUMNS === undefined ? undefined : Number(env.COLUMNS) || undefined,
  };
}
