import type { GeneratorSpec } from "../../crds/generators.ts";
import type { pullRequestProviders } from "../../crds/pull-request.ts";
import { GenerationError } from "../../src/base/errors.ts";
import type { Listing } from "../scm/paging.ts";
import { failedWith } from "../scm/rest.ts";
import type { ScmSession } from "../scm/session.ts";

/** A pull request as a provider lists it. */
export interface PullRequest {
  readonly number: bigint;
  readonly title: string;
  readonly branch: string;
  readonly targetBranch: string;
  readonly sha: string;
  readonly author: string;
  /** Undefined where Argo CD's list is nil: at providers without labels, and for no labels at GitHub and Gitea. */
  readonly labels: readonly string[] | undefined;
}

/** One repository at one provider, with its credentials. */
export interface PullRequestProvider {
  /** Who is asked, without credentials: `GitHub https://api.github.com acme/web`. */
  readonly source: string;
  /**
   * In the provider's order, those that the spec's labels take. Throws RepositoryNotFound where the provider does not know
   * the repository, and a GenerationError for any other failure of the first page.
   */
  pullRequests(): Promise<Listing<PullRequest>>;
}

/** The provider does not know the repository, or does not show it to us: both look the same. */
export class RepositoryNotFound extends GenerationError {}

/** What `list` gives, where a 404 means that there is no such repository. */
export async function orNotFound<T>(list: Promise<T>): Promise<T> {
  try {
    return await list;
  } catch (error: unknown) {
    if (!(error instanceof GenerationError) || !failedWith(error, 404)) throw error;
    throw new RepositoryNotFound(error.message, {
      details: {
        ...error.details,
        remedy: "correct the repository, give the token access, or set continueOnRepoNotFoundError",
      },
      cause: error,
    });
  }
}

/** What stands under `pullRequest`. */
export type PullRequestSpec = GeneratorSpec<"pullRequest">;
/** The fields that name a vendor. */
export type PullRequestVendorKey = keyof typeof pullRequestProviders;
/** What stands under a vendor's field. */
export type PullRequestVendorSpec<K extends PullRequestVendorKey> = NonNullable<PullRequestSpec[K]>;

/** A vendor of the pullRequest generator. */
export interface PullRequestVendor<K extends PullRequestVendorKey> {
  /** The `api` field as the set writes it. */
  apiOf(spec: PullRequestVendorSpec<K>): string | undefined;
  /** Reads the credentials. */
  open(spec: PullRequestVendorSpec<K>, session: ScmSession): Promise<PullRequestProvider>;
}
