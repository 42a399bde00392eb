import { readFileSync } from "node:fs";
import type { ScmSettings } from "../../generators/scm/settings.ts";
import { messageOf, UsageError } from "../base/errors.ts";
import { isExcepted, isLoopback, proxyExceptions } from "../base/no-proxy.ts";
import { own } from "../base/values.ts";
import type { Config } from "../config.ts";
import type { FlagValues } from "./command.ts";
import { isSet, listFlag, textFlag } from "./flags.ts";

/** What generators may ask of providers of repositories: by the flags, with the tokens and keys of the environment. */
export function scmSettings({ scmEnvironment: env }: Pick<Config, "scmEnvironment">, flags: FlagValues): ScmSettings {
  const caPath = textFlag(flags, "scmRootCaPath");
  const proxyUrl = textFlag(flags, "scmProxyUrl") ?? "";
  const excepted = proxyExceptions(textFlag(flags, "scmNoProxy") ?? "");
  return {
    isEnabled: textFlag(flags, "enableScmProviders") !== "false",
    allowedApis: listFlag(flags, "allowedScmProviders").flatMap(proxyExceptions),
    isStrict: isSet(flags, "tokenRefStrictMode"),
    tokens: {
      github: own(env, "GITHUB_TOKEN"),
      gitlab: own(env, "GITLAB_TOKEN"),
      gitea: own(env, "GITEA_TOKEN"),
    },
    aws: {
      keys: awsKeys(env),
      webIdentity: webIdentity(env),
      region: own(env, "AWS_REGION") ?? own(env, "AWS_DEFAULT_REGION"),
    },
    endpoints: {
      bitbucket: own(env, "BITBUCKET_API_BASE_URL"),
      codecommit: own(env, "AWS_ENDPOINT_URL_CODECOMMIT") ?? own(env, "AWS_ENDPOINT_URL"),
      tagging: own(env, "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API") ?? own(env, "AWS_ENDPOINT_URL"),
      sts: own(env, "AWS_ENDPOINT_URL_STS") ?? own(env, "AWS_ENDPOINT_URL"),
    },
    ...(caPath === undefined ? {} : { authorities: readText("--scm-root-ca-path", caPath) }),
    ...(proxyUrl === "" ? {} : { proxyFor: (url: string) => (isDirect(url, excepted) ? undefined : proxyUrl) }),
  };
}

function isDirect(url: string, exceptions: readonly string[]): boolean {
  const { hostname } = new URL(url);
  return isLoopback(hostname) || isExcepted(hostname, exceptions);
}

function awsKeys(env: Readonly<Record<string, string>>): NonNullable<ScmSettings["aws"]>["keys"] {
  const [accessKeyId, secretAccessKey] = [own(env, "AWS_ACCESS_KEY_ID"), own(env, "AWS_SECRET_ACCESS_KEY")];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: own(env, "AWS_SESSION_TOKEN") };
}

/** Read whenever it is needed: the file's content is renewed beside us. */
function webIdentity(env: Readonly<Record<string, string>>): NonNullable<ScmSettings["aws"]>["webIdentity"] {
  const [role, file] = [own(env, "AWS_ROLE_ARN"), own(env, "AWS_WEB_IDENTITY_TOKEN_FILE")];
  if (!role || !file) return undefined;
  return { role, token: () => readText("AWS_WEB_IDENTITY_TOKEN_FILE", file).trim() };
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error: unknown) {
    throw new UsageError(`${name} cannot be read: ${messageOf(error)}`, { details: { file } });
  }
}
