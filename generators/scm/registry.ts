import { azureDevOpsVendor } from "./azure-devops.ts";
import { bitbucketVendor } from "./bitbucket.ts";
import { bitbucketServerVendor } from "./bitbucket-server.ts";
import { codeCommitVendor } from "./codecommit.ts";
import { giteaVendor } from "./gitea.ts";
import { githubVendor } from "./github.ts";
import { gitlabVendor } from "./gitlab.ts";
import type { ScmVendor, ScmVendorKey } from "./provider.ts";

/** The one list of vendors. Of several in a spec the first counts, in Argo CD's order. */
export const scmVendors: { readonly [K in ScmVendorKey]: ScmVendor<K> } = {
  github: githubVendor,
  gitlab: gitlabVendor,
  gitea: giteaVendor,
  bitbucketServer: bitbucketServerVendor,
  azureDevOps: azureDevOpsVendor,
  bitbucket: bitbucketVendor,
  awsCodeCommit: codeCommitVendor,
};
