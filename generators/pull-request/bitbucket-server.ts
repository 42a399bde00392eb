import type { Value } from "../../src/base/values.ts";
import { bitbucketServerClient, serverPageSize } from "../scm/bitbucket-server-api.ts";
import { needInteger, needText, textAt } from "../scm/fields.ts";
import { byNextStart, listAll, pagesOf } from "../scm/paging.ts";
import { urlPath } from "../scm/url-path.ts";
import { orNotFound, type PullRequest, type PullRequestVendor } from "./provider.ts";

/**
 * Open pull requests of a repository at Bitbucket Data Center or Server:
 * https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-pull-requests/. There are no labels.
 */
export const bitbucketServerVendor: PullRequestVendor<"bitbucketServer"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const client = await bitbucketServerClient(spec, session);
    const path = urlPath`/projects/${spec.project}/repos/${spec.repo}/pull-requests`;
    return {
      source: `Bitbucket Server ${client.target.base} ${spec.project}/${spec.repo}`,
      pullRequests: () =>
        orNotFound(
          listAll(pagesOf(client, { path, query: serverPageSize }, byNextStart, session.limits), (item) =>
            pullOf(item, client.target.title),
          ),
        ),
    };
  },
};

function pullOf(item: Value, title: string): PullRequest {
  return {
    number: needInteger(title, item, "id"),
    title: textAt(item, "title"),
    branch: needText(title, item, "fromRef", "displayId"),
    targetBranch: needText(title, item, "toRef", "displayId"),
    sha: needText(title, item, "fromRef", "latestCommit"),
    author: textAt(item, "author", "user", "name"),
    labels: [],
  };
}
