import type { Value } from "../../src/base/values.ts";
import { bitbucketApi, bitbucketTarget } from "../scm/bitbucket-api.ts";
import { bitbucketLogin } from "../scm/bitbucket-server-api.ts";
import { needInteger, needText, textAt } from "../scm/fields.ts";
import { byNextField, listAll, pagesOf } from "../scm/paging.ts";
import { baseUrl, textOfBase, urlPath } from "../scm/url-path.ts";
import { orNotFound, type PullRequest, type PullRequestVendor } from "./provider.ts";

/**
 * Open pull requests of a repository at Bitbucket Cloud:
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/. There are no labels.
 */
export const bitbucketVendor: PullRequestVendor<"bitbucket"> = {
  apiOf: (spec) => spec.api,
  async open(spec, session) {
    const given = spec.api || session.settings.endpoints?.bitbucket || bitbucketApi;
    const target = bitbucketTarget(textOfBase(baseUrl(given, `${session.at}.api`)));
    const { headers, secrets } = await bitbucketLogin(spec, session);
    const tls = await session.tls({});
    const client = session.client({ ...target, headers: { ...target.headers, ...headers }, secrets, tls });
    // The largest page that this listing has.
    const question = {
      path: urlPath`/repositories/${spec.owner}/${spec.repo}/pullrequests`,
      query: [["pagelen", "50"]] as const,
    };
    return {
      source: `Bitbucket ${client.target.base} ${spec.owner}/${spec.repo}`,
      pullRequests: () =>
        orNotFound(
          listAll(pagesOf(client, question, byNextField, session.limits), (item) => pullOf(item, client.target.title)),
        ),
    };
  },
};

function pullOf(item: Value, title: string): PullRequest {
  return {
    number: needInteger(title, item, "id"),
    title: textAt(item, "title"),
    branch: needText(title, item, "source", "branch", "name"),
    targetBranch: needText(title, item, "destination", "branch", "name"),
    // Null when the source repository is gone.
    sha: textAt(item, "source", "commit", "hash"),
    author: textAt(item, "author", "nickname"),
    labels: undefined,
  };
}
