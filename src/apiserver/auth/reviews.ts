import { type Answer, answerText } from "../http/answer.ts";
import { decodeObject } from "../http/decode-object.ts";
import { readBody } from "../http/read-body.ts";
import { type ResourceExchange, viewOf, writeRequest } from "../http/resource-exchange.ts";
import { readWriteOptions } from "../http/write-options.ts";
import { trackWrite } from "../managed-fields/field-manager.ts";
import { timestamp } from "../objects/metadata.ts";
import type { KubeObject, ResourceDefinition } from "../resources.ts";
import { badRequest, methodNotAllowed, resourceMissing } from "../status-error.ts";
import { writeContext } from "../verbs/write-request.ts";
import { checkAccessReview, questionOf, type ReviewSpec, type SubjectSpec, subjectOf } from "./access-review.ts";
import type { User } from "./user.ts";

type Sent = KubeObject & { readonly spec?: ReviewSpec };
type Review = (exchange: ResourceExchange, sent: Sent) => object;

/** Reviews are questions in the shape of objects: nothing is stored. Each gives what its answer has beside the head. */
const reviews: { readonly [kind: string]: Review } = {
  SelfSubjectReview: ({ user, cluster }) => ({
    metadata: { creationTimestamp: timestamp(cluster.now()) },
    status: { userInfo: userInfo(user) },
  }),
  SelfSubjectAccessReview: (exchange, sent) => access(exchange, sent, exchange.user),
  SubjectAccessReview: (exchange, sent) => access(exchange, sent, subjectOf(sent.spec as SubjectSpec)),
  LocalSubjectAccessReview: (exchange, sent) => access(exchange, sent, subjectOf(sent.spec as SubjectSpec)),
  SelfSubjectRulesReview: rules,
  TokenReview: tokenReview,
};

export function isReview({ group, kind }: ResourceDefinition): boolean {
  const isAuth = group === "authorization.k8s.io" || group === "authentication.k8s.io";
  return isAuth && Object.hasOwn(reviews, kind);
}

export async function reviewEndpoint(exchange: ResourceExchange): Promise<Answer> {
  const { method, kind, request, limits, query, target } = exchange;
  const isHome = kind.definition.namespaced === (target.namespace !== "");
  if (target.subresource !== "" || !isHome) throw resourceMissing();
  if (method !== "POST" || target.name !== "" || target.isWatch) throw methodNotAllowed();
  const view = viewOf(exchange);
  const options = readWriteOptions(query, request.headers["user-agent"], "CreateOptions");
  const sent = decodeObject(exchange, await readBody(request, limits.maxBodyBytes), options.fieldValidation);
  const own = inNamespace(sent, target.namespace);
  const tracked = trackWrite(undefined, own, writeContext(writeRequest(exchange, options)));
  const answer = reviews[kind.definition.kind]!(exchange, own);
  const head = { kind: kind.definition.kind, apiVersion: kind.apiVersion, metadata: tracked.metadata ?? {} };
  return answerText(view, 201, JSON.stringify({ ...head, ...answer }));
}

function inNamespace(sent: KubeObject, namespace: string): KubeObject {
  if (namespace === "" || (sent.metadata?.namespace ?? "") !== "") return sent;
  return { ...sent, metadata: { ...sent.metadata, namespace } };
}

function userInfo({ name, groups, uid, extra }: User): object {
  return { username: name, ...(uid !== undefined && { uid }), groups, ...(extra !== undefined && { extra }) };
}

function access({ cluster, kind, target }: ResourceExchange, { spec = {}, metadata }: Sent, user: User): object {
  checkAccessReview(kind.definition.kind, spec, metadata ?? {});
  const isElsewhere = kind.definition.namespaced && metadata?.namespace !== target.namespace;
  if (isElsewhere) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${target.namespace}`);
  const { allowed, reason } = cluster.auth.policy.explain(user, questionOf(spec));
  return { spec, status: { allowed, ...(reason !== "" && { reason }) } };
}

function rules({ cluster, user }: ResourceExchange, { spec = {} }: Sent): object {
  const { namespace = "" } = spec as { readonly namespace?: string };
  if (namespace === "") throw badRequest("no namespace on request");
  const { rules: found, errors } = cluster.auth.policy.rulesFor(user, namespace);
  const resourceRules = found
    .filter(({ resources = [] }) => resources.length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames }));
  const nonResourceRules = found
    .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
    .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  const evaluationError = errors.length === 1 ? errors[0] : `[${errors.join(", ")}]`;
  const problem = errors.length > 0 && { evaluationError };
  return { metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false, ...problem } };
}

function tokenReview({ authenticate }: ResourceExchange, { spec = {} }: Sent): object {
  const { token = "", audiences = [] } = spec as { readonly token?: string; readonly audiences?: readonly string[] };
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const verdict = authenticate(token, audiences.length === 0 ? undefined : audiences);
  if (verdict === undefined) return { spec, status: { user: {}, error: "invalid bearer token" } };
  if ("problem" in verdict) return { spec, status: { user: {}, error: `[invalid bearer token, ${verdict.problem}]` } };
  const { user, audiences: meant } = verdict;
  const status = { authenticated: true, user: userInfo(user), ...(meant.length > 0 && { audiences: meant }) };
  return { spec, status };
}
