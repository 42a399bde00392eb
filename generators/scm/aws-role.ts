import { GenerationError } from "../../src/base/errors.ts";
import { fingerprint } from "../fingerprint.ts";
import { addressOf } from "./aws-api.ts";
import { signedHeaders } from "./aws-signature.ts";
import { keptOr, type Passing } from "./kept.ts";
import type { ScmSession } from "./session.ts";
import type { AwsKeys } from "./settings.ts";
import { baseUrl, type Query, textOfBase } from "./url-path.ts";

const version = ["Version", "2011-06-15"] as const;
const sessionName = ["RoleSessionName", "fleetset"] as const;
const hourMs = 3_600_000;

/**
 * The keys to ask AWS with: those of the process, or those of the role that its web identity stands for (as pods of EKS have
 * it); and then those of the role that the set names. Throws a GenerationError when there are none.
 */
export async function awsKeys(role: string, region: string, session: ScmSession): Promise<AwsKeys> {
  const own = await processKeys(region, session);
  if (role === "") return own;
  const key = fingerprint("role", role, region, own.accessKeyId, own.secretAccessKey);
  const query: Query = [["Action", "AssumeRole"], version, ["RoleArn", role], sessionName];
  return keptOr(session.settings, key, session.clock.now(), () => askForKeys(query, region, session, own));
}

async function processKeys(region: string, session: ScmSession): Promise<AwsKeys> {
  const { keys, webIdentity } = session.settings.aws ?? {};
  if (keys !== undefined) return keys;
  if (webIdentity === undefined) {
    throw new GenerationError(`${session.at} needs the keys of an account`, {
      details: {
        field: session.at,
        remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
      },
    });
  }
  const key = fingerprint("web identity", webIdentity.role, region);
  return keptOr(session.settings, key, session.clock.now(), () => {
    const query: Query = [
      ["Action", "AssumeRoleWithWebIdentity"],
      version,
      ["RoleArn", webIdentity.role],
      sessionName,
      ["WebIdentityToken", webIdentity.token()],
    ];
    return askForKeys(query, region, session, undefined);
  });
}

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, signed, and API_AssumeRoleWithWebIdentity.html,
 * whose token speaks for itself.
 */
async function askForKeys(
  query: Query,
  region: string,
  session: ScmSession,
  signer: AwsKeys | undefined,
): Promise<Passing<AwsKeys>> {
  const base = textOfBase(
    baseUrl(session.settings.endpoints?.sts || addressOf("sts", region), "the endpoint of AWS STS"),
  );
  const body = query.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  const plain = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const now = session.clock.now();
  const question = { url: `${base}/`, region, service: "sts", headers: plain, body };
  const headers = signer === undefined ? plain : signedHeaders(question, signer, now);
  const secrets = [
    signer?.secretAccessKey ?? "",
    signer?.sessionToken ?? "",
    session.settings.aws?.webIdentity ? body : "",
  ];
  const client = session.client({ title: "AWS STS", base, headers, secrets, tls: await session.tls({}) });
  const answer = await client.ask({ method: "POST", path: "/", body, isSecret: true });
  const text = answer.raw.text();
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    element(text, name),
  );
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new GenerationError(`${answer.what} answers without keys`, { retryable: true });
  }
  const expires = Date.parse(element(text, "Expiration") ?? "");
  return {
    value: { accessKeyId, secretAccessKey, sessionToken },
    expiresAtMs: Number.isNaN(expires) ? now + hourMs : expires,
  };
}

/** The text of an XML element; the few that are read here hold no entities. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<&]{1,10000}?)\\s*</${name}>`).exec(xml)?.[1];
}
