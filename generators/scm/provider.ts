import type { GeneratorSpec } from "../../crds/generators.ts";
import type { scmProviders } from "../../crds/scm-provider.ts";
import type { Listing } from "./paging.ts";
import type { ScmSession } from "./session.ts";

/** A repository as a provider lists it. */
export interface ScmRepository {
  readonly organization: string;
  readonly repository: string;
  /** The provider's own id: an integer or a text. */
  readonly id: bigint | string;
  /** What to clone, by the protocol that was asked for. */
  readonly url: string;
  /** Empty when the repository has none; then it gives no row. */
  readonly defaultBranch: string;
  readonly labels: readonly string[];
  /** What the provider's own addresses call it; only the provider that listed it reads this. */
  readonly handle: string;
}

/** A branch as a provider gives it. */
export interface ScmBranch {
  readonly name: string;
  /** The commit; empty where the provider does not tell. */
  readonly sha: string;
}

/** One organization, group or account of one provider, with its credentials. Every method throws a GenerationError. */
export interface ScmProvider {
  /** Who is asked, without credentials: `GitHub https://api.github.com acme`. */
  readonly source: string;
  /** In the provider's order. Archived repositories are left out where the spec says so. */
  repositories(): Promise<Listing<ScmRepository>>;
  /** The default branch or all of them, as the spec says; none for an empty repository. */
  branches(repository: ScmRepository): Promise<Listing<ScmBranch>>;
  /** Whether a file or directory is in a branch. `path` has no slash at its ends. */
  hasPath(repository: ScmRepository, branch: ScmBranch, path: string): Promise<boolean>;
  /** The labels, where they take a question of their own; `repository.labels` otherwise. */
  labels?(repository: ScmRepository): Promise<readonly string[]>;
}

/** What stands under `scmProvider`. */
export type ScmSpec = GeneratorSpec<"scmProvider">;
/** The fields that name a vendor. */
export type ScmVendorKey = keyof typeof scmProviders;
/** What stands under a vendor's field. */
export type ScmVendorSpec<K extends ScmVendorKey> = NonNullable<ScmSpec[K]>;

/** A vendor of the scmProvider generator. */
export interface ScmVendor<K extends ScmVendorKey> {
  /** The `api` field as the set writes it; undefined where the vendor has none. */
  apiOf(spec: ScmVendorSpec<K>): string | undefined;
  /** Reads the credentials. `protocol` is `cloneProtocol`, empty for the default; throws for one that the vendor lacks. */
  open(spec: ScmVendorSpec<K>, protocol: string, session: ScmSession): Promise<ScmProvider>;
}
