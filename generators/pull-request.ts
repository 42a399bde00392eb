import { canonicalJson } from "../src/base/canonical.ts";
import { slugOf } from "../src/base/slug.ts";
import { newRecord, nilStringList, type Params, stringList, type Value } from "../src/base/values.ts";
import { checkRowCount, leafOrigin, leafRow } from "./expansion.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Input, Row } from "./generator.ts";
import { intervalOf } from "./interval.ts";
import { pullRequestFilter } from "./pull-request/filters.ts";
import {
  type PullRequest,
  type PullRequestProvider,
  type PullRequestSpec,
  type PullRequestVendor,
  type PullRequestVendorKey,
  RepositoryNotFound,
} from "./pull-request/provider.ts";
import { pullRequestVendors } from "./pull-request/registry.ts";
import { chooseVendor } from "./scm/choose.ts";
import { completenessOf, gapsOf } from "./scm/gaps.ts";
import type { Listing } from "./scm/paging.ts";
import { ScmSession } from "./scm/session.ts";
import { withValues } from "./values.ts";

const halfAnHour = 1_800;

/** The last pull request is closed every now and then, so that no person is asked about an empty list. */
const settlesAfterSeconds = 600;

/** Leaves room for 13 more characters in a DNS label. */
const slugLength = 50;

/**
 * A row for each open pull request of a repository at a provider that the filters take, in the provider's order. A
 * repository that is not found is an error, or no rows at all with `continueOnRepoNotFoundError`.
 */
export const pullRequestGenerator: Generator<"pullRequest"> = {
  kind: "pullRequest",
  async generate(spec, context): Promise<Expansion> {
    const key = chooseVendor(spec, Object.keys(pullRequestVendors) as PullRequestVendorKey[], context);
    const session = new ScmSession(key, spec, context);
    const isTaken = pullRequestFilter(spec.filters, context.at);
    const provider = await openProvider(key, spec, session);
    const { items, failure } = await list(provider, spec, context);
    const pulls = items.filter(isTaken);
    checkRowCount(pulls.length, context.limits, context.at);
    const read = pulls.map((pull) => rowOf(pull, provider, spec, context));
    const failures = failure === undefined ? [] : [failure];
    return {
      rows: read.map(({ row }) => row),
      completeness: completenessOf(failures),
      gaps: gapsOf(failures, context.at, session.limits.maxGaps),
      inputs: [...read.map(({ input }) => input), membership(provider, spec, read)],
    };
  },
  requeueAfterSeconds: (spec) => intervalOf(spec.requeueAfterSeconds, halfAnHour),
};

function openProvider(
  key: PullRequestVendorKey,
  spec: PullRequestSpec,
  session: ScmSession,
): Promise<PullRequestProvider> {
  const vendor = pullRequestVendors[key] as PullRequestVendor<PullRequestVendorKey>;
  const block = spec[key] as never;
  session.checkAllowed(vendor.apiOf(block));
  return vendor.open(block, session);
}

async function list(
  provider: PullRequestProvider,
  spec: PullRequestSpec,
  { at, warn }: GenerateContext,
): Promise<Listing<PullRequest>> {
  try {
    return await provider.pullRequests();
  } catch (error: unknown) {
    if (!(error instanceof RepositoryNotFound) || spec.continueOnRepoNotFoundError !== true) throw error;
    warn(`${error.message}: taken for a repository without pull requests`, `${at}.continueOnRepoNotFoundError`);
    return { items: [], failure: undefined };
  }
}

interface ReadRow {
  readonly row: Row;
  readonly input: Input;
}

function rowOf(
  pull: PullRequest,
  provider: PullRequestProvider,
  spec: PullRequestSpec,
  context: GenerateContext,
): ReadRow {
  const item = `pull request ${pull.number}`;
  const params = paramsOf(pull, context.nested);
  const input = { id: `${provider.source} ${item}`, version: fingerprint(canonicalJson(params)) };
  const origin = leafOrigin(context.at, "pullRequest", item, [input.id]);
  // The same number may stand for another pull request at another provider of a merge or list.
  const key = `${provider.source} ${item}`;
  return { row: leafRow(key, withValues(params, spec.values, context), origin), input };
}

function paramsOf(pull: PullRequest, nested: boolean): Params {
  const params = newRecord<Value>();
  params.number = pull.number.toString();
  params.title = pull.title;
  params.branch = pull.branch;
  params.branch_slug = slugOf(pull.branch, slugLength);
  params.target_branch = pull.targetBranch;
  params.target_branch_slug = slugOf(pull.targetBranch, slugLength);
  params.head_sha = pull.sha;
  params.head_short_sha = pull.sha.slice(0, 8);
  params.head_short_sha_7 = pull.sha.slice(0, 7);
  params.author = pull.author;
  if (nested) params.labels = pull.labels === undefined ? nilStringList() : stringList(pull.labels);
  return params;
}

/** Which pull requests the spec picks, so that one more or one less is a change of input too. */
function membership(provider: PullRequestProvider, spec: PullRequestSpec, read: readonly ReadRow[]): Input {
  return {
    id: `${provider.source} ${canonicalJson({ filters: spec.filters ?? [] })}`,
    version: fingerprint(...read.map(({ row }) => row.key)),
    listing: { count: read.length, settlesAfterSeconds },
  };
}
