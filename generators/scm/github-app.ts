import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { GenerationError } from "../../src/base/errors.ts";
import { own, type StringMap, type Value } from "../../src/base/values.ts";
import { fingerprint } from "../fingerprint.ts";
import { needInteger, needText, textAt } from "./fields.ts";
import { keptOr, type Passing } from "./kept.ts";
import { byLinkHeader, pagesOf } from "./paging.ts";
import type { RestClient, RestTarget } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { urlPath } from "./url-path.ts";

const hourMs = 3_600_000;

/** What a token is asked for with. */
export interface AppRequest {
  readonly secret: StringMap;
  /** The Secret's name, for messages. */
  readonly name: string;
  readonly owner: string;
  readonly target: RestTarget;
  readonly session: ScmSession;
}

/**
 * The installation token of a GitHub App: the App signs in with a JWT of its private key (RS256), and asks for a token of
 * the installation that its Secret names, else of the owner's. See
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app.
 */
export async function appToken(request: AppRequest): Promise<string> {
  const { secret, target, owner, session } = request;
  const now = session.clock.now();
  const installation = own(secret, "githubAppInstallationID")?.trim() ?? "";
  const key = fingerprint(target.base, field(request, "githubAppID"), installation, owner, privateKeyText(request));
  return keptOr(session.settings, key, now, async () => {
    const client = session.client(signedIn(request, now));
    const id = /^[1-9]\d*$/.test(installation) ? installation : await installationOf(client, request);
    return askForToken(client, id, now);
  });
}

/** The target with a JWT: it stands for nine minutes, and its clock may be a minute ahead of GitHub's. */
function signedIn(request: AppRequest, nowMs: number): RestTarget {
  const seconds = Math.floor(nowMs / 1_000);
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: field(request, "githubAppID") };
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  const jwt = `${text}.${sign("RSA-SHA256", Buffer.from(text), privateKey(request)).toString("base64url")}`;
  const { target } = request;
  return { ...target, headers: { ...target.headers, authorization: `Bearer ${jwt}` }, secrets: [jwt] };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app */
async function installationOf(client: RestClient, { owner, name, session }: AppRequest): Promise<string> {
  const pages = pagesOf(
    client,
    { path: "/app/installations", query: [["per_page", "100"]] },
    byLinkHeader,
    session.limits,
  );
  for await (const page of pages) {
    const found = page.find((item) => textAt(item, "account", "login").toLowerCase() === owner.toLowerCase());
    if (found !== undefined) return needInteger(client.target.title, found, "id").toString();
  }
  throw new GenerationError(`${session.at}: the GitHub App of Secret ${name} is not installed at ${owner}`, {
    details: { field: `${session.at}.appSecretName`, remedy: "install it there, or correct its Secret" },
  });
}

/** https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
async function askForToken(client: RestClient, id: string, nowMs: number): Promise<Passing<string>> {
  const answer = await client.ask({
    method: "POST",
    path: urlPath`/app/installations/${id}/access_tokens`,
    isSecret: true,
  });
  const body: Value = answer.json();
  const expires = Date.parse(textAt(body, "expires_at"));
  return { value: needText(answer.what, body, "token"), expiresAtMs: Number.isNaN(expires) ? nowMs + hourMs : expires };
}

function privateKey(request: AppRequest): KeyObject {
  try {
    return createPrivateKey(privateKeyText(request));
  } catch {
    // The library's message may quote the key.
    throw broken(request, "githubAppPrivateKey", "holds no private key in PEM form");
  }
}

function privateKeyText(request: AppRequest): string {
  return field(request, "githubAppPrivateKey");
}

function field(request: AppRequest, key: string): string {
  const text = own(request.secret, key)?.trim() ?? "";
  if (text === "") throw broken(request, key, "is missing");
  return text;
}

function broken({ name, session }: AppRequest, key: string, what: string): GenerationError {
  const object = `Secret ${session.context.set.namespace}/${name}`;
  return new GenerationError(`${object}: ${key} ${what}`, {
    details: {
      object,
      field: `${session.at}.appSecretName`,
      remedy: "write it as Argo CD's Secrets for GitHub Apps have it",
    },
  });
}
