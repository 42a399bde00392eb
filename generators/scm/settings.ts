import type { Clock } from "../../src/base/clock.ts";
import type { ScmLimits } from "./limits.ts";

/** Keys of an AWS account, as its environment variables give them. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** How this process is known to AWS. */
export interface AwsAccount {
  readonly keys?: AwsKeys | undefined;
  /** Used without keys: a role, and the token that proves that we may take it on. */
  readonly webIdentity?: { readonly role: string; token(): string } | undefined;
  readonly region?: string | undefined;
}

/** What an installation allows the scmProvider and pullRequest generators, and what it gives them. */
export interface ScmSettings {
  /** False refuses both generators, as Argo CD's `--enable-scm-providers=false` does. True when absent. */
  readonly isEnabled?: boolean | undefined;
  /**
   * The `api` fields that sets may write, letter by letter, as Argo CD's `--allowed-scm-providers` has it; empty or absent
   * for any. A set without `api` asks the vendor's public service and is always allowed.
   */
  readonly allowedApis?: readonly string[] | undefined;
  /** Only Secrets with the label `argocd.argoproj.io/secret-type: scm-creds` may be referred to. */
  readonly isStrict?: boolean | undefined;
  /**
   * Tokens for sets that refer to none. They go to the vendor's public service and to APIs of the allow list, and nowhere
   * else: whoever writes a set chooses its `api`.
   */
  readonly tokens?: { readonly [V in TokenVendor]?: string | undefined } | undefined;
  /** For AWS CodeCommit, which has no reference to a Secret. */
  readonly aws?: AwsAccount | undefined;
  /** Where services without an `api` field are reached instead of their public addresses. */
  readonly endpoints?: { readonly [S in ScmService]?: string | undefined } | undefined;
  /** PEM text of authorities that are trusted beside those of the system. */
  readonly authorities?: string | undefined;
  /** The proxy for a URL; undefined for the machine's own. */
  proxyFor?(url: string): string | undefined;
  readonly limits?: Partial<ScmLimits> | undefined;
  /** For waits and signatures. */
  readonly clock?: Clock | undefined;
  /** For the spread of waits, in [0, 1). */
  readonly random?: (() => number) | undefined;
}

/** The vendors for which a token may be given without a Secret. */
export type TokenVendor = "github" | "gitlab" | "gitea";

/** The services whose address no set can write. */
export type ScmService = "bitbucket" | "codecommit" | "tagging" | "sts";
