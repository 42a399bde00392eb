import type { Value } from "../../src/base/values.ts";
import { namesAt, needInteger, needText, textAt } from "../scm/fields.ts";
import { giteaClient, giteaPageSize } from "../scm/gitea-api.ts";
import { byLinkHeader, listAll, pagesOf } from "../scm/paging.ts";
import { urlPath } from "../scm/url-path.ts";
import { hasLabels, orNil } from "./labels.ts";
import { orNotFound, type PullRequest, type PullRequestVendor } from "./provider.ts";

/** Open pull requests of a repository at Gitea or Forgejo: https://docs.gitea.com/api/ (repoListPullRequests). */
export const giteaVendor: PullRequestVendor<"gitea"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const client = await giteaClient(spec, session);
    const path = urlPath`/repos/${spec.owner}/${spec.repo}/pulls`;
    const question = { path, query: [["state", "open"], ...giteaPageSize] as const };
    return {
      source: `Gitea ${client.target.base} ${spec.owner}/${spec.repo}`,
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
    author: textAt(item, "user", "login"),
    labels: orNil(namesAt(item, "labels")),
  };
}
