import { type Answer, answerText } from "../http/answer.ts";
import { decodeObject } from "../http/decode-object.ts";
import { readBody } from "../http/read-body.ts";
import { type ResourceExchange, viewOf } from "../http/resource-exchange.ts";
import { readWriteOptions } from "../http/write-options.ts";
import type { KubeObject, ResourceDefinition } from "../resources.ts";
import { methodNotAllowed } from "../status-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import type { User } from "./user.ts";

type Spec = { readonly [field: string]: unknown };

/** Reviews are questions in the shape of objects: nothing is stored. */
const answers: { readonly [kind: string]: (exchange: ResourceExchange, spec: Spec) => object } = {
  SelfSubjectReview: ({ user }) => ({ userInfo: userInfo(user) }),
  SelfSubjectAccessReview: (exchange, spec) => access(exchange, spec, "SelfSubjectAccessReview"),
  SubjectAccessReview: (exchange, spec) => access(exchange, spec, "SubjectAccessReview"),
  LocalSubjectAccessReview: (exchange, spec) => access(exchange, spec, "LocalSubjectAccessReview"),
  SelfSubjectRulesReview: () => ({
    resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
    nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
    incomplete: false,
  }),
  TokenReview: ({ request }, spec) => tokenReview(request.headers.authorization, spec),
};

export function isReview({ group, kind }: ResourceDefinition): boolean {
  const isAuth = group === "authorization.k8s.io" || group === "authentication.k8s.io";
  return isAuth && Object.hasOwn(answers, kind);
}

export async function reviewEndpoint(exchange: ResourceExchange): Promise<Answer> {
  const { method, kind, request, limits, query } = exchange;
  if (method !== "POST") throw methodNotAllowed();
  const view = viewOf(exchange);
  const options = readWriteOptions(query, request.headers["user-agent"], "CreateOptions");
  const sent = decodeObject(exchange, await readBody(request, limits.maxBodyBytes), options.fieldValidation);
  const spec = (sent.spec ?? {}) as Spec;
  const status = answers[kind.definition.kind]!(exchange, spec);
  const metadata = sent.metadata ?? {};
  const hasSpec = kind.definition.kind !== "SelfSubjectReview";
  const review = {
    kind: kind.definition.kind,
    apiVersion: kind.apiVersion,
    metadata,
    ...(hasSpec && { spec }),
    status,
  };
  return answerText(view, 201, JSON.stringify(review));
}

function userInfo({ name, groups, uid }: User): object {
  return { username: name, groups, ...(uid !== undefined && { uid }) };
}

/** Whoever has a token is an administrator; everyone else has no rights at all. */
function access({ user }: ResourceExchange, spec: Spec, kind: string): object {
  if (spec.resourceAttributes === undefined && spec.nonResourceAttributes === undefined) {
    const detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    const ref = { group: "authorization.k8s.io", kind };
    throw invalidObject(ref, "", [invalid("spec.resourceAttributes", null, detail)]);
  }
  const groups = kind === "SelfSubjectAccessReview" ? user.groups : ((spec.groups ?? []) as readonly string[]);
  const isAdmin = groups.includes("system:masters") || spec.user === user.name;
  return { allowed: isAdmin };
}

function tokenReview(authorization: string | undefined, { token }: KubeObject): object {
  const isOwn = typeof token === "string" && authorization === `Bearer ${token}`;
  if (!isOwn) return { user: {}, error: "[invalid bearer token, unknown token]" };
  return { authenticated: true, user: { username: "admin", groups: ["system:masters", "system:authenticated"] } };
}
