import { type Answer, answerText } from "../http/answer.ts";
import { decodeObject } from "../http/decode-object.ts";
import { readBody } from "../http/read-body.ts";
import { type ResourceExchange, viewOf, writeRequest } from "../http/resource-exchange.ts";
import { readWriteOptions } from "../http/write-options.ts";
import { trackWrite } from "../managed-fields/field-manager.ts";
import type { ResourceDefinition } from "../resources.ts";
import { badRequest, methodNotAllowed } from "../status-error.ts";
import { invalid, invalidObject } from "../validation/field-error.ts";
import { writeContext } from "../verbs/write-request.ts";
import type { User } from "./user.ts";

type Spec = { readonly [field: string]: unknown };

/** Reviews are questions in the shape of objects: nothing is stored. */
const answers: { readonly [kind: string]: (exchange: ResourceExchange, spec: Spec) => object } = {
  SelfSubjectReview: ({ user }) => ({ userInfo: userInfo(user) }),
  SelfSubjectAccessReview: (exchange, spec) => access(exchange, spec, true),
  SubjectAccessReview: (exchange, spec) => access(exchange, spec, false),
  LocalSubjectAccessReview: (exchange, spec) => access(exchange, spec, false),
  SelfSubjectRulesReview: (_, spec) => rules(spec),
  TokenReview: tokenReview,
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
  const { metadata = {} } = trackWrite(undefined, sent, writeContext(writeRequest(exchange, options)));
  const hasSpec = kind.definition.kind !== "SelfSubjectReview";
  const head = { kind: kind.definition.kind, apiVersion: kind.apiVersion, metadata };
  return answerText(view, 201, JSON.stringify({ ...head, ...(hasSpec && { spec }), status }));
}

function userInfo({ name, groups, uid }: User): object {
  return { username: name, groups, ...(uid !== undefined && { uid }) };
}

/** Whoever has a token is an administrator; everyone else has no rights at all. */
function access({ user }: ResourceExchange, spec: Spec, isOwn: boolean): object {
  checkQuestion(spec);
  const groups = isOwn ? user.groups : ((spec.groups ?? []) as readonly string[]);
  return { allowed: groups.includes("system:masters") || spec.user === user.name };
}

function checkQuestion({ resourceAttributes, nonResourceAttributes }: Spec): void {
  const isResource = resourceAttributes !== undefined;
  if (isResource !== (nonResourceAttributes !== undefined)) return;
  const { path, verb } = (nonResourceAttributes ?? {}) as { readonly path?: string; readonly verb?: string };
  const shown = { Path: path ?? "", Verb: verb ?? "" };
  const error = isResource
    ? invalid("spec.nonResourceAttributes", shown, "cannot be specified in combination with resourceAttributes")
    : invalid(
        "spec.resourceAttributes",
        null,
        "exactly one of nonResourceAttributes or resourceAttributes must be specified",
      );
  throw invalidObject({ group: "authorization.k8s.io", kind: "" }, "", [error]);
}

function rules({ namespace = "" }: Spec): object {
  if (namespace === "") throw badRequest("no namespace on request");
  return {
    resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
    nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
    incomplete: false,
  };
}

function tokenReview({ authenticate }: ResourceExchange, { token = "" }: Spec): object {
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const user = authenticate(`Bearer ${String(token)}`);
  if (user === undefined) return { user: {}, error: "[invalid bearer token, unknown token]" };
  return { authenticated: true, user: userInfo(user) };
}
