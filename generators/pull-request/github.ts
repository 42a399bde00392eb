import type { Value } from "../../src/base/values.ts";
import { namesAt, needInteger, needText, textAt } from "../scm/fields.ts";
import { githubClient } from "../scm/github-api.ts";
import { byLinkHeader, listAll, pagesOf } from "../scm/paging.ts";
import { urlPath } from "../scm/url-path.ts";
import { hasLabels, orNil } from "./labels.ts";
import { orNotFound, type PullRequest, type PullRequestVendor } from "./provider.ts";

/** Open pull requests of a repository at GitHub: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests. */
export const githubVendor: PullRequestVendor<"github"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const client = await githubClient(spec, spec.owner, session);
    const question = { path: urlPath`/repos/${spec.owner}/${spec.repo}/pulls`, query: [["per_page", "100"]] as const };
    return {
      source: `GitHub ${client.target.base} ${spec.owner}/${spec.repo}`,
      pullRequests: () =>
        orNotFound(
          listAll(pagesOf(client, question, byLinkHeader, session.limits), (item) => {
            const pull = pullOf(item, client.target.title);
            return hasLabels(pull.labels ?? [], spec.labels) ? pull : undefined;
          }),
        ),
    };
  },
};

function pullOf(item: Value, title: string): PullRequest {
  return {
    number: needInteger(title, item, "number"),
    title: textAt(item, "title"),
    branch: needText(title, item, "head", "ref"),
    targetBranch: needText(title, item, "base", "ref"),
    sha: needText(title, item, "head", "sha"),
    // An account that was deleted leaves its pull requests without one.
    author: textAt(item, "user", "login"),
    labels: orNil(namesAt(item, "labels")),
  };
}
