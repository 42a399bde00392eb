import { GenerationError } from "../../src/base/errors.ts";
import type { Value } from "../../src/base/values.ts";
import { azureClient, azureVersion, branchName } from "../scm/azure-api.ts";
import { namesAt, needInteger, textAt } from "../scm/fields.ts";
import { bySkip, type Listing, listAll, pagesOf } from "../scm/paging.ts";
import type { RestClient } from "../scm/rest.ts";
import type { ScmSession } from "../scm/session.ts";
import { type Query, urlPath } from "../scm/url-path.ts";
import { hasLabels } from "./labels.ts";
import {
  type PullRequest,
  type PullRequestVendor,
  type PullRequestVendorSpec,
  RepositoryNotFound,
} from "./provider.ts";

const pageSize = 100;

/**
 * Active pull requests of a repository at Azure DevOps, out of those of its project, all pages of them:
 * https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests-by-project.
 */
export const azureDevOpsVendor: PullRequestVendor<"azuredevops"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const token = spec.tokenRef === undefined ? "" : await session.secret(spec.tokenRef, "tokenRef");
    const client = await azureClient(spec, token, session);
    return {
      source: `Azure DevOps ${client.target.base} ${spec.project}/${spec.repo}`,
      pullRequests: () => list(spec, client, session),
    };
  },
};

async function list(
  spec: PullRequestVendorSpec<"azuredevops">,
  client: RestClient,
  session: ScmSession,
): Promise<Listing<PullRequest>> {
  const query: Query = [...azureVersion, ["$top", String(pageSize)], ["$skip", "0"]];
  const question = { path: urlPath`/${spec.project}/_apis/git/pullrequests`, query };
  try {
    const pages = pagesOf(client, question, bySkip(pageSize), session.limits);
    return await listAll(pages, (item) => pullOf(item, spec, client.target.title));
  } catch (error: unknown) {
    // The service says so in words, and 404 has other meanings too. A repository that is not there has no pull requests.
    const isGone = error instanceof GenerationError && /the following project does not exist/i.test(error.message);
    throw isGone ? new RepositoryNotFound(error.message, { details: error.details, cause: error }) : error;
  }
}

/** Undefined for one of another repository, without the labels, or without a commit yet. */
function pullOf(item: Value, spec: PullRequestVendorSpec<"azuredevops">, title: string): PullRequest | undefined {
  const labels = namesAt(item, "labels");
  const [branch, targetBranch] = [textAt(item, "sourceRefName"), textAt(item, "targetRefName")].map(branchName);
  const sha = textAt(item, "lastMergeSourceCommit", "commitId");
  const isWhole =
    branch !== undefined && branch !== "" && targetBranch !== undefined && targetBranch !== "" && sha !== "";
  if (!isWhole || textAt(item, "repository", "name") !== spec.repo || !hasLabels(labels, spec.labels)) return undefined;
  return {
    number: needInteger(title, item, "pullRequestId"),
    title: textAt(item, "title"),
    branch,
    targetBranch,
    sha,
    author: textAt(item, "createdBy", "uniqueName").split("@")[0] ?? "",
    labels,
  };
}
