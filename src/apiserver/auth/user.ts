/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** What else is known of the user, by domain-prefixed key. */
  readonly extra?: { readonly [key: string]: readonly string[] };
}

export const masters = "system:masters";
export const authenticated = "system:authenticated";
export const unauthenticated = "system:unauthenticated";

/** The administrator may do everything; the group is Kubernetes' own for that. */
export const admin: User = { name: "admin", groups: [masters, authenticated] };

/** Whoever shows no credentials. */
export const anonymous: User = { name: "system:anonymous", groups: [unauthenticated] };

/** Members of the one group that no rule can limit. */
export function isMaster({ groups }: User): boolean {
  return groups.includes(masters);
}

const accountPrefix = "system:serviceaccount:";

export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

export function accountUserName({ namespace, name }: AccountName): string {
  return `${accountPrefix}${namespace}:${name}`;
}

export function accountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** The service account behind a user's name; undefined when the name is none of one. */
export function accountOf(userName: string): AccountName | undefined {
  if (!userName.startsWith(accountPrefix)) return undefined;
  const [namespace = "", name = "", ...more] = userName.slice(accountPrefix.length).split(":");
  return more.length > 0 || !isAccountPart(namespace) || !isAccountPart(name) ? undefined : { namespace, name };
}

function isAccountPart(part: string): boolean {
  return part.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(part);
}
