import pLimit from "p-limit";
import { GenerationError } from "../../src/base/errors.ts";
import type { Candidate, Labels, ScmFilters } from "./filters.ts";
import type { Listing } from "./paging.ts";
import type { ScmBranch, ScmProvider, ScmRepository } from "./provider.ts";

const branchesAtOnce = 4;

/** A branch that gives a row. */
export interface FoundBranch {
  readonly repository: ScmRepository;
  readonly branch: ScmBranch;
  readonly labels: readonly string[];
}

/** What was found, in the provider's order, and what could not be read. */
export interface FoundBranches {
  readonly branches: readonly FoundBranch[];
  readonly failures: readonly GenerationError[];
}

/**
 * The branches that the filters take. A repository that cannot be read leaves a failure that names it and does not keep
 * the others away. Throws a GenerationError when there is no list of repositories at all.
 */
export async function findBranches(
  provider: ScmProvider,
  filters: ScmFilters,
  concurrency: number,
): Promise<FoundBranches> {
  const listing = await provider.repositories();
  const limit = pLimit(concurrency);
  const found = await Promise.all(
    listing.items.map((repository) => limit(() => branchesOf(repository, provider, filters))),
  );
  const failures = found.flatMap(({ failure }) => failure ?? []);
  return {
    branches: found.flatMap(({ items }) => items),
    failures: listing.failure === undefined ? failures : [listing.failure, ...failures],
  };
}

async function branchesOf(
  repository: ScmRepository,
  provider: ScmProvider,
  filters: ScmFilters,
): Promise<Listing<FoundBranch>> {
  const name = `${repository.organization}/${repository.repository}`;
  try {
    const labels = labelsOf(repository, provider);
    if (!(await filters.takesRepository(repository, labels))) return { items: [], failure: undefined };
    const { items, failure } = await provider.branches(repository);
    // A limit of its own: a task that waits for the limit under which it runs would never end.
    const limit = pLimit(branchesAtOnce);
    const taken = await Promise.all(
      items.map((branch) =>
        limit(async (): Promise<FoundBranch[]> => {
          const candidate: Candidate = { repository, branch, labels };
          const isTaken = await filters.takesBranch(candidate, provider);
          return isTaken ? [{ repository, branch, labels: await labels() }] : [];
        }),
      ),
    );
    return { items: taken.flat(), failure: failure && named(name, failure) };
  } catch (error: unknown) {
    if (!(error instanceof GenerationError)) throw error;
    return { items: [], failure: named(name, error) };
  }
}

/** Asked for at most once, and not at all for a repository that its name keeps out. */
function labelsOf(repository: ScmRepository, provider: ScmProvider): Labels {
  let asked: Promise<readonly string[]> | undefined;
  return () => {
    asked ??= provider.labels?.(repository) ?? Promise.resolve(repository.labels);
    return asked;
  };
}

function named(name: string, error: GenerationError): GenerationError {
  const { message, details, retryable } = error;
  return new GenerationError(`repository ${name}: ${message}`, { details, retryable, cause: error });
}
