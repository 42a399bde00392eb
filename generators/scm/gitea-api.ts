import type { SecretRef } from "./credentials.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, type Query, textOfBase } from "./url-path.ts";

/** Gitea's own bound on a page is 50 unless its administrator changed it; it then sends fewer and says where to go on. */
export const giteaPageSize: Query = [["limit", "50"]];

/** A client for the REST API of Gitea and Forgejo (https://docs.gitea.com/api/), with a token or without. */
export async function giteaClient(
  block: { readonly api: string; readonly tokenRef?: SecretRef | undefined; readonly insecure?: boolean | undefined },
  session: ScmSession,
): Promise<RestClient> {
  const base = `${textOfBase(baseUrl(block.api, `${session.at}.api`))}/api/v1`;
  const token = await session.token(block.tokenRef, "gitea", block.api);
  const headers = { accept: "application/json", ...(token === "" ? {} : { authorization: `token ${token}` }) };
  return session.client({ title: "Gitea", base, headers, secrets: [token], tls: await session.tls(block) });
}
