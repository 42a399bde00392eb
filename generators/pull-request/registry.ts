import { azureDevOpsVendor } from "./azure-devops.ts";
import { bitbucketVendor } from "./bitbucket.ts";
import { bitbucketServerVendor } from "./bitbucket-server.ts";
import { giteaVendor } from "./gitea.ts";
import { githubVendor } from "./github.ts";
import { gitlabVendor } from "./gitlab.ts";
import type { PullRequestVendor, PullRequestVendorKey } from "./provider.ts";

/** The one list of vendors. Of several in a spec the first counts, in Argo CD's order. */
export const pullRequestVendors: { readonly [K in PullRequestVendorKey]: PullRequestVendor<K> } = {
  github: githubVendor,
  gitlab: gitlabVendor,
  gitea: giteaVendor,
  bitbucketServer: bitbucketServerVendor,
  bitbucket: bitbucketVendor,
  azuredevops: azureDevOpsVendor,
};
