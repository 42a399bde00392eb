import type { HttpAnswer } from "../ports.ts";
import { basicAuth } from "./basic-auth.ts";
import { textAt } from "./fields.ts";
import type { RestAnswer, RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, type Query, textOfBase, urlPath } from "./url-path.ts";

const publicApi = "https://dev.azure.com";

/** Which version of the API our questions are written in. */
export const azureVersion: Query = [["api-version", "7.1"]];

/** A client for Azure DevOps' REST API (https://learn.microsoft.com/rest/api/azure/devops/) of one organization. */
export async function azureClient(
  { api, organization }: { readonly api?: string | undefined; readonly organization: string },
  token: string,
  session: ScmSession,
): Promise<RestClient> {
  const base = `${textOfBase(baseUrl(api || publicApi, `${session.at}.api`))}${urlPath`/${organization}`}`;
  const { header, secrets } = basicAuth("", token);
  const headers = { accept: "application/json", ...(token === "" ? {} : { authorization: header }) };
  const tls = await session.tls({});
  return session.client({ title: "Azure DevOps", base, headers, secrets: token === "" ? [] : secrets, tls, problemOf });
}

/** A token that is not accepted is answered with a page to sign in at, and a good status. */
function problemOf({ status, headers }: HttpAnswer): string | undefined {
  const isPage = /\bhtml\b/i.test(headers["content-type"] ?? "");
  return status === 203 || isPage ? "answers with a page to sign in: the token is not accepted" : undefined;
}

/** The name of the error that an answer tells: `GitRepositoryNotFoundException`. */
export function errorKey(answer: RestAnswer): string {
  try {
    return textAt(answer.json(), "typeKey");
  } catch {
    // A proxy's page has none.
    return "";
  }
}

const branchPrefix = "refs/heads/";

/** `refs/heads/main` as `main`. */
export function branchName(ref: string): string {
  return ref.replace(branchPrefix, "");
}
