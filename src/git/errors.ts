import { FleetError, type FleetErrorOptions } from "../base/errors.ts";

/** Anything that went wrong with a git repository. `retryable` follows from the cause, never from what was being done. */
export abstract class GitError extends FleetError {}

/** The URL, or where it redirects to, is not one that fleetset may speak to. */
export class GitUrlError extends GitError {
  readonly reason = "GitURLRefused";
  readonly retryable = false;
}

/** The remote wants other credentials than it was given. */
export class GitAuthError extends GitError {
  readonly reason = "GitAuthenticationFailed";
  readonly retryable = false;
}

/** The remote's SSH host key or TLS certificate is not one that is trusted. */
export class GitTrustError extends GitError {
  readonly reason = "GitHostNotTrusted";
  readonly retryable = false;
}

/** The remote answers, but has no such repository. */
export class GitNotFoundError extends GitError {
  readonly reason = "GitRepositoryNotFound";
  readonly retryable = false;
}

/** The repository has no such branch, tag, commit or version. */
export class GitRevisionError extends GitError {
  readonly reason = "GitRevisionNotFound";
  readonly retryable = false;
}

/** The remote could not be reached, or broke off. */
export class GitUnreachableError extends GitError {
  readonly reason = "GitUnreachable";
  readonly retryable = true;
}

/** The remote, or git itself, took longer than it may. */
export class GitTimeoutError extends GitError {
  readonly reason = "GitTimeout";
  readonly retryable = true;
}

/** The caller called it off. */
export class GitCanceledError extends GitError {
  readonly reason = "GitCanceled";
  readonly retryable = true;
}

/** The repository is larger than the limits allow. */
export class GitLimitError extends GitError {
  readonly reason = "GitLimitExceeded";
  readonly retryable = false;
}

/** A commit, tree, link or file of the repository is missing, broken or dangerous to read. */
export class GitObjectError extends GitError {
  readonly reason = "GitObjectUnreadable";
  readonly retryable = false;
}

/** The copy of a repository on this machine is damaged. A mirror is thrown away and fetched anew the next time. */
export class GitCorruptError extends GitError {
  readonly reason = "GitStoreCorrupt";
  readonly retryable = true;
}

/** Something of git or of a credential that fleetset does not speak. */
export class GitUnsupportedError extends GitError {
  readonly reason = "GitUnsupported";
  readonly retryable = false;
}

type Maker = new (message: string, options?: FleetErrorOptions) => GitError;

const failures: readonly (readonly [RegExp, Maker, string])[] = [
  [
    /\b(index|object|pack) ?file .*(too small|empty|corrupt|bad|does not match)|is corrupt|loose object|non-monotonic index|bad object/i,
    GitCorruptError,
    "",
  ],
  [/host key verification failed|no matching host key|remote host identification has changed/i, GitTrustError, "ssh"],
  [/certificate|\bssl\b|\btls\b|self.signed/i, GitTrustError, "tls"],
  [
    /could not read (username|password)|authentication failed|error: 401|error: 403|permission denied \(/i,
    GitAuthError,
    "",
  ],
  [
    /permission to .* denied|http error: 40[13]|status code 40[13]|invalid credentials|access denied/i,
    GitAuthError,
    "",
  ],
  [
    /repository .*not found|error: 404|error: 410|http error: 404|not a git repository|does not appear to be a git|is this a git repository|smart.{0,3} http protocol/i,
    GitNotFoundError,
    "",
  ],
  [
    /transport .* not allowed|protocol .* (not supported|is not)|strange (hostname|pathname|port) .*blocked/i,
    GitUrlError,
    "",
  ],
  [/unknown object format|mismatched algorithms|unsupported object format/i, GitUnsupportedError, ""],
];

const remedies: { readonly [kind: string]: string } = {
  ssh: "add the host's key to the ConfigMap argocd-ssh-known-hosts-cm",
  tls: "trust the server's certificate, or set insecure in the repository's Secret",
};

/** The error that the text of a failed git command, ssh or HTTP exchange stands for. Without a known cause: unreachable. */
export function classifyFailure(text: string, message: string): GitError {
  const [, make, kind] = failures.find(([pattern]) => pattern.test(text)) ?? [undefined, GitUnreachableError, ""];
  const remedy = remedies[kind];
  return new make(message, remedy === undefined ? {} : { details: { remedy } });
}
