import { matcherOf } from "../scm/regex.ts";
import type { PullRequest, PullRequestSpec } from "./provider.ts";

type Filter = (pull: PullRequest) => boolean;

/**
 * Which pull requests give a row: all conditions of a filter must hold, one filter is enough, and without filters all are
 * taken. `at` is the generator's field path. Throws a GenerationError for a regular expression that cannot be read.
 */
export function pullRequestFilter(filters: PullRequestSpec["filters"], at: string): Filter {
  const compiled = (filters ?? []).map((filter, index): Filter => {
    const where = `${at}.filters[${index}]`;
    const branch = matcherOf(filter.branchMatch, `${where}.branchMatch`);
    const target = matcherOf(filter.targetBranchMatch, `${where}.targetBranchMatch`);
    const title = matcherOf(filter.titleMatch, `${where}.titleMatch`);
    return (pull) =>
      branch?.(pull.branch) !== false && target?.(pull.targetBranch) !== false && title?.(pull.title) !== false;
  });
  return (pull) => compiled.length === 0 || compiled.some((fits) => fits(pull));
}
