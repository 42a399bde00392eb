import { type Answer, answerText } from "../http/answer.ts";
import { decodeObject } from "../http/decode-object.ts";
import { readBody } from "../http/read-body.ts";
import { type ResourceExchange, viewOf, writeRequest } from "../http/resource-exchange.ts";
import { readWriteOptions } from "../http/write-options.ts";
import { trackWrite } from "../managed-fields/field-manager.ts";
import { inRequestNamespace, timestamp } from "../objects/metadata.ts";
import type { KubeObject } from "../resources.ts";
import { conflict, methodNotAllowed, notFound } from "../status-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { writeContext } from "../verbs/write-request.ts";
import { type BoundReference, boundObjects } from "./bound-objects.ts";
import { tokenRequestDefinition } from "./token-request-kind.ts";

const group = "authentication.k8s.io";
const kind = "TokenRequest";

interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[] | null;
    readonly expirationSeconds?: number | null;
    readonly boundObjectRef?: BoundReference | null;
  };
}

const defaultSeconds = 3600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;

export function isTokenRequest({ kind: owner, target }: ResourceExchange): boolean {
  return owner.resource === "/serviceaccounts" && target.subresource === "token";
}

/** Hands out a token for a service account, which lives until it expires or the account goes. */
export async function tokenRequestEndpoint(exchange: ResourceExchange): Promise<Answer> {
  const { method, cluster, kind: owner, target, request, query, limits } = exchange;
  if (method !== "POST") throw methodNotAllowed();
  const view = viewOf(exchange);
  const options = readWriteOptions(query, request.headers["user-agent"], "CreateOptions");
  const body = await readBody(request, limits.maxBodyBytes);
  const own = { ...exchange, kind: cluster.kind(tokenRequestDefinition) };
  const sent = inRequestNamespace(
    decodeObject(own, body, options.fieldValidation),
    owner.definition,
    target.namespace,
  ) as TokenRequest;
  checkName(exchange, sent);
  const account = cluster.read(owner, target.namespace, target.name)?.object;
  if (account === undefined) throw notFound(owner.definition, target.name);
  checkUid(sent, account);
  const seconds = sent.spec?.expirationSeconds ?? defaultSeconds;
  checkSeconds(seconds);
  const named = sent.spec?.audiences ?? [];
  const audiences = named.length === 0 ? [cluster.auth.tokens.issuer] : named;
  const bound = boundObjects(exchange, sent.spec?.boundObjectRef ?? undefined);
  const token = cluster.auth.tokens.issue({ account, audiences, expirationSeconds: seconds, bound });
  const { name, namespace, uid } = account.metadata ?? {};
  const now = cluster.now();
  const spec = { ...sent.spec, expirationSeconds: seconds };
  const context = writeContext({ ...writeRequest(own, options), trackedAs: "token" });
  const { managedFields } = trackWrite(undefined, { ...sent, spec }, context).metadata ?? {};
  const answer = {
    kind,
    apiVersion: `${group}/v1`,
    metadata: { name, namespace, uid, creationTimestamp: timestamp(now), managedFields },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: sent.spec?.boundObjectRef ?? null },
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
  return answerText(view, 201, JSON.stringify(answer));
}

function checkName({ target }: ResourceExchange, { metadata = {} }: TokenRequest): void {
  const { name = "" } = metadata;
  if (name === "" || name === target.name) return;
  const error = invalid("metadata.name", name, "must match the service account name if specified");
  throw invalidObject({ group, kind }, target.name, [error]);
}

function checkUid({ metadata = {} }: TokenRequest, account: KubeObject): void {
  const [wanted = "", actual = ""] = [metadata.uid, account.metadata?.uid];
  if (wanted === "" || wanted === actual) return;
  const why = `the UID in the token request (${wanted}) does not match the UID of the service account (${actual})`;
  throw conflict({ group, plural: kind }, account.metadata?.name ?? "", why);
}

function checkSeconds(seconds: number): void {
  const field = "spec.expirationSeconds";
  if (seconds < minSeconds) {
    const error = invalid(field, seconds, "may not specify a duration less than 10 minutes");
    throw invalidObject({ group, kind }, "", [error]);
  }
  if (seconds > maxSeconds) {
    const error = invalid(field, seconds, "may not specify a duration larger than 2^32 seconds");
    throw invalidObject({ group, kind }, "", [error]);
  }
}
