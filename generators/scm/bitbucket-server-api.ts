import { basicAuth } from "./basic-auth.ts";
import type { SecretRef } from "./credentials.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, type Query, textOfBase } from "./url-path.ts";

/** The server may have a lower bound of its own. */
export const serverPageSize: Query = [["limit", "100"]];

/** The two ways to sign in at both Bitbucket products; a token wins. */
export interface BitbucketAuth {
  readonly basicAuth?: { readonly username: string; readonly passwordRef: SecretRef } | undefined;
  readonly bearerToken?: { readonly tokenRef: SecretRef } | undefined;
}

/** The fields by which both generators reach a server. */
export interface BitbucketServerBlock extends BitbucketAuth {
  readonly api: string;
  readonly insecure?: boolean | undefined;
  readonly caRef?: { readonly configMapName: string; readonly key: string } | undefined;
}

/**
 * A client for the REST API of Bitbucket Data Center and Server (https://developer.atlassian.com/server/bitbucket/rest/),
 * which stands under /rest of the server's address.
 */
export async function bitbucketServerClient(block: BitbucketServerBlock, session: ScmSession): Promise<RestClient> {
  const url = baseUrl(block.api, `${session.at}.api`);
  if (!url.pathname.endsWith("/rest")) url.pathname = `${url.pathname.replace(/\/$/, "")}/rest`;
  const { headers, secrets } = await bitbucketLogin(block, session);
  return session.client({
    title: "Bitbucket Server",
    base: `${textOfBase(url)}/api/1.0`,
    // Without it the server takes a question with credentials for a forged one.
    headers: { accept: "application/json", "x-atlassian-token": "no-check", ...headers },
    secrets,
    tls: await session.tls(block),
  });
}

/** The header that signs in, and what must not be shown; neither for a block without credentials. */
export async function bitbucketLogin(
  { bearerToken, basicAuth: basic }: BitbucketAuth,
  session: ScmSession,
): Promise<{ readonly headers: { readonly [name: string]: string }; readonly secrets: readonly string[] }> {
  if (bearerToken !== undefined) {
    const token = await session.secret(bearerToken.tokenRef, "bearerToken.tokenRef");
    return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  }
  if (basic === undefined) return { headers: {}, secrets: [] };
  const { header, secrets } = basicAuth(
    basic.username,
    await session.secret(basic.passwordRef, "basicAuth.passwordRef"),
  );
  return { headers: { authorization: header }, secrets };
}
