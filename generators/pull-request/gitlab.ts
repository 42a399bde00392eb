import type { Value } from "../../src/base/values.ts";
import { needInteger, needText, textAt, textsAt } from "../scm/fields.ts";
import { gitlabClient } from "../scm/gitlab-api.ts";
import { byNextPageHeader, listAll, pagesOf } from "../scm/paging.ts";
import { type Query, urlPath } from "../scm/url-path.ts";
import { orNotFound, type PullRequest, type PullRequestVendor } from "./provider.ts";

/**
 * Merge requests of a project at GitLab: https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests. Of every
 * state when `pullRequestState` is empty, as in Argo CD; labels are looked at by the server.
 */
export const gitlabVendor: PullRequestVendor<"gitlab"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const client = await gitlabClient(spec, session);
    const { labels = [], pullRequestState = "" } = spec;
    const query: Query = [
      ["per_page", "100"],
      ...(labels.length === 0 ? [] : [["labels", labels.join(",")] as const]),
      ...(pullRequestState === "" ? [] : [["state", pullRequestState] as const]),
    ];
    const question = { path: urlPath`/projects/${spec.project}/merge_requests`, query };
    return {
      source: `GitLab ${client.target.base} ${spec.project}`,
      pullRequests: () =>
        orNotFound(
          listAll(pagesOf(client, question, byNextPageHeader, session.limits), (item) =>
            pullOf(item, client.target.title),
          ),
        ),
    };
  },
};

function pullOf(item: Value, title: string): PullRequest {
  return {
    number: needInteger(title, item, "iid"),
    title: textAt(item, "title"),
    branch: needText(title, item, "source_branch"),
    targetBranch: needText(title, item, "target_branch"),
    // Null when the source branch is gone.
    sha: textAt(item, "sha"),
    author: textAt(item, "author", "username"),
    labels: textsAt(item, "labels"),
  };
}
