import type { ScmBranch, ScmProvider, ScmRepository, ScmSpec } from "./provider.ts";
import { matcherOf } from "./regex.ts";

type FilterSpec = NonNullable<ScmSpec["filters"]>[number];
type Matcher = (text: string) => boolean;

interface Filter {
  readonly repository: Matcher | undefined;
  readonly label: Matcher | undefined;
  readonly branch: Matcher | undefined;
  readonly exist: readonly string[];
  readonly doNotExist: readonly string[];
}

/**
 * Which repositories and branches give a row. All conditions of a filter must hold and one filter is enough, but in two
 * phases, as in Argo CD: filters with `branchMatch`, `pathsExist` or `pathsDoNotExist` look at branches, all others at
 * repositories; where there are filters of both kinds, one of each must hold. A filter without a condition does not count.
 */
export class ScmFilters {
  readonly #ofRepositories: readonly Filter[];
  readonly #ofBranches: readonly Filter[];

  /** `at` is the generator's field path. Throws a GenerationError for a regular expression that cannot be read. */
  constructor(filters: readonly FilterSpec[], at: string) {
    const compiled = filters.map((filter, index) => ({ filter, compiled: compile(filter, `${at}.filters[${index}]`) }));
    this.#ofBranches = compiled.filter(({ filter }) => looksAtBranches(filter)).map((entry) => entry.compiled);
    this.#ofRepositories = compiled
      .filter(({ filter }) => !looksAtBranches(filter) && looksAtRepositories(filter))
      .map((entry) => entry.compiled);
  }

  /** Whether the branches of the repository are to be looked at. `labels` is asked only where a filter needs it. */
  async takesRepository(repository: ScmRepository, labels: Labels): Promise<boolean> {
    if (this.#ofRepositories.length === 0) return true;
    for (const filter of this.#ofRepositories) if (await fitsRepository(filter, repository, labels)) return true;
    return false;
  }

  async takesBranch(candidate: Candidate, provider: ScmProvider): Promise<boolean> {
    if (this.#ofBranches.length === 0) return true;
    for (const filter of this.#ofBranches) if (await fitsBranch(filter, candidate, provider)) return true;
    return false;
  }
}

/** The labels of a repository, asked for once. */
export type Labels = () => Promise<readonly string[]>;

/** A branch that a filter looks at. */
export interface Candidate {
  readonly repository: ScmRepository;
  readonly branch: ScmBranch;
  readonly labels: Labels;
}

function looksAtBranches({ branchMatch, pathsExist, pathsDoNotExist }: FilterSpec): boolean {
  return isSet(branchMatch) || isSet(pathsExist) || isSet(pathsDoNotExist);
}

function looksAtRepositories({ repositoryMatch, labelMatch }: FilterSpec): boolean {
  return isSet(repositoryMatch) || isSet(labelMatch);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function compile(filter: FilterSpec, at: string): Filter {
  return {
    repository: matcherOf(filter.repositoryMatch, `${at}.repositoryMatch`),
    label: matcherOf(filter.labelMatch, `${at}.labelMatch`),
    branch: matcherOf(filter.branchMatch, `${at}.branchMatch`),
    exist: (filter.pathsExist ?? []).map(trimSlashes),
    doNotExist: (filter.pathsDoNotExist ?? []).map(trimSlashes),
  };
}

function trimSlashes(path: string): string {
  return path.split("/").filter(Boolean).join("/");
}

async function fitsRepository(filter: Filter, repository: ScmRepository, labels: Labels): Promise<boolean> {
  if (filter.repository?.(repository.repository) === false) return false;
  return filter.label === undefined || (await labels()).some(filter.label);
}

async function fitsBranch(filter: Filter, { repository, branch, labels }: Candidate, provider: ScmProvider) {
  if (filter.branch?.(branch.name) === false) return false;
  if (!(await fitsRepository(filter, repository, labels))) return false;
  const has = async (path: string) => path === "" || (await provider.hasPath(repository, branch, path));
  for (const path of filter.exist) if (!(await has(path))) return false;
  for (const path of filter.doNotExist) if (await has(path)) return false;
  return true;
}
