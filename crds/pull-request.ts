import { flag, list, object, text, texts } from "./fields.ts";
import { bitbucketAuth, caRef, secretKey } from "./scm-provider.ts";

const insecure = flag("Does not check the server's certificate.").optional();
const labels = texts("Only pull requests with all of these labels.").optional();
const tokenRef = secretKey("The token to ask with.").optional();

/** The six services whose open pull requests can be listed; one of them is to be set. */
export const pullRequestProviders = {
  azuredevops: object(
    {
      api: text("The URL of the API; https://dev.azure.com when absent.").optional(),
      labels,
      organization: text("The organization."),
      project: text("The project."),
      repo: text("The repository."),
      tokenRef,
    },
    "Pull requests of an Azure DevOps repository.",
  ).optional(),
  bitbucket: object(
    {
      api: text("The URL of the API; that of bitbucket.org when absent.").optional(),
      ...bitbucketAuth,
      owner: text("The workspace."),
      repo: text("The repository."),
    },
    "Pull requests of a Bitbucket Cloud repository.",
  ).optional(),
  bitbucketServer: object(
    {
      api: text("The URL of the REST API."),
      ...bitbucketAuth,
      caRef: caRef.optional(),
      insecure,
      project: text("The project."),
      repo: text("The repository."),
    },
    "Pull requests of a Bitbucket Server repository.",
  ).optional(),
  gitea: object(
    {
      api: text("The URL of the server."),
      insecure,
      labels,
      owner: text("The owner."),
      repo: text("The repository."),
      tokenRef,
    },
    "Pull requests of a Gitea repository.",
  ).optional(),
  github: object(
    {
      api: text("The URL of the API; that of github.com when absent.").optional(),
      appSecretName: text("A repository Secret with the credentials of a GitHub App.").optional(),
      labels,
      owner: text("The owner."),
      repo: text("The repository."),
      tokenRef,
    },
    "Pull requests of a GitHub repository.",
  ).optional(),
  gitlab: object(
    {
      api: text("The URL of the server; https://gitlab.com when absent.").optional(),
      caRef: caRef.optional(),
      insecure,
      labels,
      project: text("The project, by path or number."),
      pullRequestState: text("opened, closed, merged or locked; all when empty.").optional(),
      tokenRef,
    },
    "Merge requests of a GitLab project.",
  ).optional(),
};

/** Facts by which pull requests are picked. */
export const pullRequestFilters = list(
  object({
    branchMatch: text("A regular expression for the source branch.").optional(),
    targetBranchMatch: text("A regular expression for the target branch.").optional(),
    titleMatch: text("A regular expression for the title.").optional(),
  }),
  "Which pull requests give a row; one filter is enough, and all of its parts must hold.",
);
