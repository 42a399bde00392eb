import type { IncomingMessage } from "node:http";
import { badRequest, type StatusError } from "../status-error.ts";
import { subdomainName } from "../validation/names.ts";
import { type Attributes, resourceAttributes } from "./attributes.ts";
import type { ClusterAuth } from "./cluster-auth.ts";
import { denied } from "./denied.ts";
import type { Policy } from "./policy.ts";
import { accountGroups, accountOf, anonymous, authenticated, masters, type User, unauthenticated } from "./user.ts";

const prefix = "impersonate-";
const extraPrefix = "impersonate-extra-";

interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
}

export function isImpersonation({ headers }: IncomingMessage): boolean {
  for (const name in headers) if (name.startsWith(prefix)) return true;
  return false;
}

/**
 * Whom the requester may act as, from the `Impersonate-` headers. The narrow verbs of constrained impersonation are tried
 * first, then `impersonate`, as on kube-apiserver, and before all what last held; the refusal is that of the first. Throws 403, or 400 without a name.
 */
export function impersonated(request: IncomingMessage, user: User, auth: ClusterAuth, asked: Attributes): User {
  const wanted = readHeaders(request);
  if (wanted === undefined) return user;
  let refusal: StatusError | undefined;
  for (const mode of lastFirst(modesFor(wanted, user), auth.lastModes.get(user.name))) {
    const refused = firstRefusal(questions(mode, wanted, asked), user, auth.policy);
    if (refused === undefined) {
      remember(auth.lastModes, user.name, mode);
      return becoming(wanted, mode);
    }
    refusal ??= refused;
  }
  throw refusal ?? badRequest("all impersonation modes failed");
}

/** Who was let through in one way will mostly be again. */
function lastFirst(modes: readonly Mode[], last: string | undefined): readonly Mode[] {
  return [...modes].sort((left, right) => Number(right === last) - Number(left === last));
}

const maxRemembered = 10_000;

function remember(modes: Map<string, string>, name: string, mode: Mode): void {
  modes.delete(name);
  modes.set(name, mode);
  if (modes.size > maxRemembered) modes.delete(modes.keys().next().value!);
}

function readHeaders({ headersDistinct }: IncomingMessage): Wanted | undefined {
  const first = (name: string): string => headersDistinct[name]?.[0] ?? "";
  const name = first("impersonate-user");
  const uid = first("impersonate-uid");
  const groups = headersDistinct["impersonate-group"] ?? [];
  const extra = Object.create(null) as { [key: string]: readonly string[] };
  for (const [header, values] of Object.entries(headersDistinct)) {
    if (!header.startsWith(extraPrefix) || values === undefined) continue;
    const key = unescapeKey(header.slice(extraPrefix.length));
    extra[key] = [...(extra[key] ?? []), ...values];
  }
  const wanted = { name, uid, groups, extra };
  if (name !== "") return wanted;
  if (uid === "" && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  throw badRequest(`requested ${goText(wanted)} without impersonating a user name`);
}

function unescapeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    // A key that is badly encoded is one nevertheless.
    return encoded;
  }
}

/** As Go prints the struct. */
function goText({ name, uid, groups, extra }: Wanted): string {
  const list = (values: readonly string[]): string => `{${values.map((value) => JSON.stringify(value)).join(", ")}}`;
  const shown = groups.length === 0 ? "[]string(nil)" : `[]string${list(groups)}`;
  const keys = Object.keys(extra).sort();
  const pairs = keys.map((key) => `${JSON.stringify(key)}:[]string${list(extra[key] ?? [])}`);
  const map = keys.length === 0 ? "(nil)" : `{${pairs.join(", ")}}`;
  return `&user.DefaultInfo{Name:${JSON.stringify(name)}, UID:${JSON.stringify(uid)}, Groups:${shown}, Extra:map[string][]string${map}}`;
}

type Mode = "associated-node" | "arbitrary-node" | "serviceaccount" | "user-info" | "legacy";

function modesFor(wanted: Wanted, user: User): readonly Mode[] {
  const isNameOnly = wanted.uid === "" && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0;
  const node = nodeOf(wanted.name);
  if (node !== undefined) return [...(isNameOnly ? nodeModes(node, user) : []), "legacy"];
  if (accountOf(wanted.name) !== undefined) return isNameOnly ? ["serviceaccount", "legacy"] : ["legacy"];
  return ["user-info", "legacy"];
}

function nodeModes(node: string, { name, extra = {} }: User): readonly Mode[] {
  const own = extra["authentication.kubernetes.io/node-name"] ?? [];
  const isOwn = accountOf(name) !== undefined && own.length === 1 && own[0] === node;
  return isOwn ? ["associated-node", "arbitrary-node"] : ["arbitrary-node"];
}

function nodeOf(name: string): string | undefined {
  const node = name.startsWith("system:node:") ? name.slice("system:node:".length) : "";
  return node === "" || subdomainName(node).length > 0 ? undefined : node;
}

interface Question {
  readonly asked: Attributes;
  /** Refused whatever the rules say. */
  readonly never?: string;
}

function questions(mode: Mode, wanted: Wanted, asked: Attributes): readonly Question[] {
  const isLegacy = mode === "legacy";
  const verb = isLegacy ? "impersonate" : `impersonate:${mode}`;
  const on = isLegacy ? [] : [{ asked: { ...asked, verb: `impersonate-on:${mode}:${asked.verb}` } }];
  const group = isLegacy ? "" : authenticationGroup;
  const uid = { verb, group: authenticationGroup, resource: "uids", name: wanted.uid };
  return [
    ...on,
    { asked: resourceAttributes({ verb, group, ...subjectOf(mode, wanted.name) }) },
    ...(wanted.uid === "" ? [] : [{ asked: resourceAttributes(uid) }]),
    ...groupQuestions(wanted.groups, { verb, group }, isLegacy),
    ...extraQuestions(wanted.extra, verb),
  ];
}

const authenticationGroup = "authentication.k8s.io";

function subjectOf(mode: Mode, name: string): { resource: string; name: string; namespace?: string } {
  const account = accountOf(name);
  if (account !== undefined) return { resource: "serviceaccounts", ...account };
  if (mode === "associated-node") return { resource: "nodes", name: "*" };
  if (mode === "arbitrary-node") return { resource: "nodes", name: nodeOf(name) ?? "" };
  return { resource: "users", name };
}

function groupQuestions(
  groups: readonly string[],
  base: { readonly verb: string; readonly group: string },
  isLegacy: boolean,
): Question[] {
  return groups.map((name) => {
    const asked = resourceAttributes({ ...base, resource: "groups", name });
    if (isLegacy) return { asked };
    if (name === "") return { asked, never: "impersonating the empty string group is not allowed" };
    return name === masters ? { asked, never: "impersonating the system:masters group is not allowed" } : { asked };
  });
}

function extraQuestions(extra: Wanted["extra"], verb: string): Question[] {
  const base = { verb, group: authenticationGroup, resource: "userextras" };
  return Object.entries(extra).flatMap(([subresource, values]) =>
    values.map((name) => ({ asked: resourceAttributes({ ...base, subresource, name }) })),
  );
}

function firstRefusal(all: readonly Question[], user: User, policy: Policy): StatusError | undefined {
  for (const { asked, never } of all) {
    if (never !== undefined) return denied(user, asked, never);
    if (!policy.allows(user, asked)) return denied(user, asked, policy.explain(user, asked).reason);
  }
  return undefined;
}

function becoming({ name, uid, groups, extra }: Wanted, mode: Mode): User {
  const extras = Object.keys(extra).length === 0 ? {} : { extra };
  return { name, groups: groupsOf(name, groups, mode), ...(uid !== "" && { uid }), ...extras };
}

function groupsOf(name: string, wanted: readonly string[], mode: Mode): readonly string[] {
  const account = accountOf(name);
  const isNode = mode === "associated-node" || mode === "arbitrary-node";
  const own = isNode
    ? ["system:nodes"]
    : wanted.length === 0 && account !== undefined
      ? accountGroups(account.namespace)
      : wanted;
  if (name === anonymous.name) return own.includes(unauthenticated) ? own : [...own, unauthenticated];
  return own.includes(unauthenticated) || own.includes(authenticated) ? own : [...own, authenticated];
}
