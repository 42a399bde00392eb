import type { SecretRef } from "./credentials.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, textOfBase } from "./url-path.ts";

const publicServer = "https://gitlab.com";

/** The fields by which both generators reach GitLab. */
export interface GitlabBlock {
  readonly api?: string | undefined;
  readonly tokenRef?: SecretRef | undefined;
  readonly insecure?: boolean | undefined;
  readonly caRef?: { readonly configMapName: string; readonly key: string } | undefined;
}

/** A client for GitLab's REST API (https://docs.gitlab.com/api/rest/), with a token or without. */
export async function gitlabClient(block: GitlabBlock, session: ScmSession): Promise<RestClient> {
  const url = baseUrl(block.api || publicServer, `${session.at}.api`);
  if (!url.pathname.endsWith("/api/v4")) url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v4`;
  const token = await session.token(block.tokenRef, "gitlab", block.api);
  const headers = { accept: "application/json", ...(token === "" ? {} : { "private-token": token }) };
  const tls = await session.tls(block);
  return session.client({ title: "GitLab", base: textOfBase(url), headers, secrets: [token], tls });
}
