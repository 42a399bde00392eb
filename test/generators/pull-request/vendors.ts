import type { PullRequestVendorKey } from "../../../generators/pull-request/provider.ts";
import type { ScmSettings } from "../../../generators/scm/settings.ts";
import type { Asked } from "../scm/servers/loopback.ts";
import { token, vendors } from "../scm/servers/vendors.ts";
import type { World } from "../scm/servers/world.ts";

/** A vendor of pull requests as the contract suite sees it; its server is the one of the vendor's repositories. */
export interface PullRequestFixture {
  readonly key: PullRequestVendorKey;
  readonly description: string;
  readonly serve: (world: World) => ReturnType<(typeof vendors)["github"]["serve"]>;
  block(url: string, repo: string): { readonly [field: string]: unknown };
  readonly settings?: (url: string) => ScmSettings;
  readonly login: string;
  loginOf(asked: Asked): string | undefined;
  /** What a pull request without labels has in a nested row, as JSON; undefined where there are no labels at all. */
  readonly noLabels: "[]" | "null";
  readonly hasLabels: boolean;
  /** The page is as large as we ask for, so that a test of pages needs many. */
  readonly isPagedByUs?: boolean;
  /** Argo CD takes a repository that is not there for one without pull requests, and only a missing project for none. */
  readonly knowsProjectsAlone?: boolean;
}

const tokenRef = { secretName: "scm", key: "token" };

export const pullRequestFixtures: { readonly [K in PullRequestVendorKey]: PullRequestFixture } = {
  github: {
    ...vendors.github,
    key: "github",
    block: (api, repo) => ({ owner: "acme", repo, api, tokenRef }),
    hasLabels: true,
    noLabels: "null",
  },
  gitlab: {
    ...vendors.gitlab,
    key: "gitlab",
    block: (api, repo) => ({ project: `acme/${repo}`, api, tokenRef }),
    hasLabels: true,
    noLabels: "[]",
  },
  gitea: {
    ...vendors.gitea,
    key: "gitea",
    block: (api, repo) => ({ owner: "acme", repo, api, tokenRef }),
    hasLabels: true,
    noLabels: "null",
  },
  bitbucketServer: {
    ...vendors.bitbucketServer,
    key: "bitbucketServer",
    block: (api, repo) => ({ project: "acme", repo, api, bearerToken: { tokenRef } }),
    login: `Bearer ${token}`,
    hasLabels: false,
    noLabels: "[]",
  },
  bitbucket: {
    ...vendors.bitbucket,
    key: "bitbucket",
    block: (url, repo) => ({
      owner: "acme",
      repo,
      api: `${url}/2.0`,
      basicAuth: { username: "ci", passwordRef: tokenRef },
    }),
    hasLabels: false,
    noLabels: "null",
  },
  azuredevops: {
    ...vendors.azureDevOps,
    key: "azuredevops",
    block: (api, repo) => ({ organization: "acme", project: "shop", repo, api, tokenRef }),
    hasLabels: true,
    noLabels: "[]",
    isPagedByUs: true,
    knowsProjectsAlone: true,
  },
};
