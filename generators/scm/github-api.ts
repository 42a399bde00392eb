import { appSecret, type SecretRef } from "./credentials.ts";
import { appToken } from "./github-app.ts";
import type { RestClient, RestTarget } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, textOfBase } from "./url-path.ts";

const publicApi = "https://api.github.com";

/** The fields by which both generators reach GitHub. */
export interface GithubBlock {
  readonly api?: string | undefined;
  readonly appSecretName?: string | undefined;
  readonly tokenRef?: SecretRef | undefined;
}

/**
 * A client for GitHub's REST API (https://docs.github.com/en/rest): as a GitHub App when a Secret for one is named, else
 * with a token, else without. `owner` is whose installation of the App is used when its Secret names none.
 */
export async function githubClient(block: GithubBlock, owner: string, session: ScmSession): Promise<RestClient> {
  const app = block.appSecretName ?? "";
  if (app !== "") {
    const secret = await appSecret(app, `${session.at}.appSecretName`, session.context);
    const api = block.api || secret.githubAppEnterpriseBaseUrl || "";
    const target = await githubTarget(api, session);
    return session.client(withToken(target, await appToken({ secret, name: app, owner, target, session })));
  }
  const target = await githubTarget(block.api ?? "", session);
  return session.client(withToken(target, await session.token(block.tokenRef, "github", block.api)));
}

/** The API of github.com, or that of an Enterprise server, which stands under /api/v3 of its address. */
export function githubBase(api: string, field: string): string {
  if (api === "") return publicApi;
  const url = baseUrl(api, field);
  const isApi = url.pathname.endsWith("/api/v3") || url.host.startsWith("api.") || url.host.includes(".api.");
  if (!isApi) url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v3`;
  return textOfBase(url);
}

async function githubTarget(api: string, session: ScmSession): Promise<RestTarget> {
  const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  const base = githubBase(api, `${session.at}.api`);
  return { title: "GitHub", base, headers, secrets: [], tls: await session.tls({}) };
}

/** The target with a token; as it is for an empty one. */
export function withToken(target: RestTarget, token: string): RestTarget {
  if (token === "") return target;
  const headers = { ...target.headers, authorization: `Bearer ${token}` };
  return { ...target, headers, secrets: [...target.secrets, token] };
}
