import { createHash, createHmac } from "node:crypto";
import type { AwsKeys } from "./settings.ts";

/** A POST that is to be signed. */
export interface AwsQuestion {
  readonly url: string;
  readonly region: string;
  /** As the service names itself in signatures: `codecommit`. */
  readonly service: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/**
 * The headers of a POST with AWS's signature, version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function signedHeaders(
  question: AwsQuestion,
  keys: AwsKeys,
  nowMs: number,
): { readonly [name: string]: string } {
  const { url, region, service, body } = question;
  const { host, pathname } = new URL(url);
  const moment = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const token = keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken };
  const headers: { readonly [name: string]: string } = { ...question.headers, "x-amz-date": moment, ...token };
  const signed = Object.entries({ ...headers, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const lines = signed.map(([name, value]) => `${name}:${value.trim()}\n`).join("");
  const canonical = ["POST", pathname, "", lines, names, sha256(body)].join("\n");
  const day = moment.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", moment, scope, sha256(canonical)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${keys.secretAccessKey}`));
  const signature = hmac(key, text).toString("hex");
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
