import type { StringMap } from "../base/values.ts";
import { own } from "../base/values.ts";
import { GitUnsupportedError } from "./errors.ts";
import { comparableUrl, displayUrl, isSameUrl } from "./remote-url.ts";

/** How to log in to a remote and whom to trust there. Never goes into a message, an argument of a command or a URL. */
export interface GitCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  /** PEM or OpenSSH text. */
  readonly sshPrivateKey?: string;
  /** PEM texts, for TLS. */
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  /** PEM text of the authorities to trust instead of the system's. */
  readonly tlsAuthorities?: string;
  /** Trusts any certificate and any host key. */
  readonly isInsecure?: boolean;
  /** Talks to an OCI registry without TLS. */
  readonly isPlainHttp?: boolean;
  readonly proxy?: string;
  readonly noProxy?: string;
}

/** A Secret labelled `argocd.argoproj.io/secret-type: repository` or `repo-creds`, decoded. */
export interface RepositorySecret {
  readonly name: string;
  readonly namespace: string;
  readonly type: "repository" | "repo-creds";
  /** The decoded texts of its data. */
  readonly texts: StringMap;
}

const textFields = {
  username: "username",
  password: "password",
  bearerToken: "bearerToken",
  sshPrivateKey: "sshPrivateKey",
  tlsClientCert: "tlsClientCertData",
  tlsClientKey: "tlsClientCertKey",
  proxy: "proxy",
  noProxy: "noProxy",
} as const satisfies Partial<Record<keyof GitCredentials, string>>;

/** Ways to log in that another issue brings: the field that asks for each. */
const unsupported: readonly (readonly [field: string, what: string])[] = [
  ["githubAppPrivateKey", "a GitHub App"],
  ["gcpServiceAccountKey", "a Google service account"],
  ["azureServicePrincipalClientSecret", "an Azure service principal"],
];

/**
 * The credentials for a URL, as Argo CD picks them: the `repository` Secret of the same URL that belongs to the project,
 * else the one of no project; where that has no login of its own, or there is none, what it lacks comes from the
 * `repo-creds` Secret whose URL is the longest beginning of this one. Secrets of other projects are never used. Undefined
 * when no Secret fits. Throws GitUnsupportedError where the Secret asks for a login that fleetset does not have yet.
 */
export function selectCredentials(
  secrets: readonly RepositorySecret[],
  url: string,
  project?: string,
): GitCredentials | undefined {
  const ordered = [...secrets].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const repository = selectRepository(ordered, url, project ?? "");
  const parts = repository === undefined ? [] : [repository];
  if (repository === undefined || !hasLogin(repository)) {
    const template = selectTemplate(ordered, url);
    if (template !== undefined) parts.push(template);
  }
  if (parts.length === 0) return undefined;
  for (const part of parts) refuseUnsupported(part, url);
  const credentials: { -readonly [K in keyof GitCredentials]: GitCredentials[K] } = {};
  for (const [key, field] of Object.entries(textFields) as [keyof typeof textFields, string][]) {
    const found = parts.map(({ texts }) => own(texts, field) ?? "").find((text) => text !== "");
    if (found !== undefined) credentials[key] = found;
  }
  // Only the repository's own Secret may lower the guard: a template covers repositories that its author has not seen.
  if (repository !== undefined && isTrue(repository, "insecure", "insecureIgnoreHostKey"))
    credentials.isInsecure = true;
  if (parts.some((part) => isTrue(part, "insecureOCIForceHttp"))) credentials.isPlainHttp = true;
  return credentials;
}

function selectRepository(
  secrets: readonly RepositorySecret[],
  url: string,
  project: string,
): RepositorySecret | undefined {
  const same = secrets.filter(({ type, texts }) => type === "repository" && isSameUrl(own(texts, "url") ?? "", url));
  const ofProject = (wanted: string) => same.find(({ texts }) => (own(texts, "project") ?? "") === wanted);
  return ofProject(project) ?? ofProject("");
}

function selectTemplate(secrets: readonly RepositorySecret[], url: string): RepositorySecret | undefined {
  const wanted = comparableUrl(url) ?? "";
  let best: RepositorySecret | undefined;
  let longest = 0;
  for (const secret of secrets) {
    const prefix = secret.type === "repo-creds" ? comparableUrl(own(secret.texts, "url") ?? "") : undefined;
    if (prefix === undefined || prefix.length <= longest || !isBeginning(prefix, wanted)) continue;
    best = secret;
    longest = prefix.length;
  }
  return best;
}

/**
 * Argo CD takes any beginning of the text. Here it must not end inside the host's name: credentials for
 * `https://git.example.com` are not for `https://git.example.com.evil.org`.
 */
function isBeginning(prefix: string, url: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const host = /^(?:[a-z]+:\/\/)?[^/]*/.exec(url)?.[0] ?? "";
  return prefix.length >= host.length || prefix.endsWith("/");
}

function hasLogin({ texts }: RepositorySecret): boolean {
  const fields = ["username", "password", "bearerToken", "sshPrivateKey", "tlsClientCertData"];
  return [...fields, ...unsupported.map(([field]) => field)].some((field) => (own(texts, field) ?? "") !== "");
}

function isTrue({ texts }: RepositorySecret, ...fields: readonly string[]): boolean {
  return fields.some((field) => ["1", "t", "true"].includes((own(texts, field) ?? "").toLowerCase()));
}

function refuseUnsupported(secret: RepositorySecret, url: string): void {
  const { name, namespace, texts } = secret;
  const wanted = unsupported.find(([field]) => (own(texts, field) ?? "") !== "");
  const what = wanted?.[1] ?? (isTrue(secret, "useAzureWorkloadIdentity") ? "an Azure workload identity" : undefined);
  if (what === undefined) return;
  const object = `Secret ${namespace}/${name}`;
  throw new GitUnsupportedError(
    `${object} for ${displayUrl(url)} logs in as ${what}, which fleetset does not support yet`,
    { details: { object, remedy: "use a username with a token, or an SSH key" } },
  );
}

/** The texts that must not appear anywhere, longest first, with the forms in which git and HTTP write them. */
export function secretTextsOf(credentials: GitCredentials | undefined): readonly string[] {
  if (credentials === undefined) return [];
  const { username = "", password, bearerToken, sshPrivateKey, tlsClientKey, proxy } = credentials;
  const plain = [password, bearerToken, sshPrivateKey, tlsClientKey].filter(
    (text) => text !== undefined && text !== "",
  );
  const proxyPassword = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).password : "";
  const forms = plain.flatMap((text) => [text!, encodeURIComponent(text!), Buffer.from(text!).toString("base64")]);
  const basic = password === undefined ? [] : [Buffer.from(`${username}:${password}`).toString("base64")];
  return [...forms, ...basic, proxyPassword].filter((text) => text.length > 3).sort((a, b) => b.length - a.length);
}

/** A text without these secrets, without logins in URLs and without authorization headers. */
export function scrub(text: string, secrets: readonly string[]): string {
  let scrubbed = text;
  for (const secret of secrets) scrubbed = scrubbed.replaceAll(secret, "***");
  return scrubbed
    .replace(/(https?:\/\/)[^\s/@'"]*@/gi, "$1")
    .replace(/(authorization:?\s*)(basic|bearer)\s+\S+/gi, "$1***");
}

/** The value of an Authorization header; undefined without a password or token. */
export function authorization(credentials: GitCredentials | undefined): string | undefined {
  if (credentials?.password !== undefined) {
    const login = `${credentials.username ?? "x-access-token"}:${credentials.password}`;
    return `Basic ${Buffer.from(login).toString("base64")}`;
  }
  return credentials?.bearerToken === undefined ? undefined : `Bearer ${credentials.bearerToken}`;
}
