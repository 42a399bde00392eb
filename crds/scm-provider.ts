import { flag, int64, list, object, text, texts } from "./fields.ts";

/** A key of a Secret in the set's namespace. */
export function secretKey(description?: string) {
  return object({ key: text("The key in the Secret."), secretName: text("The Secret.") }, description);
}

/** A key of a ConfigMap in the set's namespace that holds certificates of an authority. */
export const caRef = object(
  { configMapName: text("The ConfigMap."), key: text("The key in it.") },
  "Certificates to trust.",
);

/** The two ways to sign in at Bitbucket Server, also used for its pull requests; a token wins. */
export const bitbucketAuth = {
  basicAuth: object(
    { passwordRef: secretKey("The password."), username: text("The user.") },
    "Signs in with a password.",
  ).optional(),
  bearerToken: object({ tokenRef: secretKey("The token.") }, "Signs in with a token.").optional(),
};

const allBranches = flag("A row for each branch and not only the default one.").optional();
const excludeArchivedRepos = flag("Leaves out archived repositories.").optional();
const insecure = flag("Does not check the server's certificate.").optional();
const tokenRef = secretKey("The token to ask with.").optional();

/** The seven services whose repositories can be listed; one of them is to be set. */
export const scmProviders = {
  awsCodeCommit: object(
    {
      allBranches,
      region: text("The region; that of the process when absent.").optional(),
      role: text("The ARN of a role to take on.").optional(),
      tagFilters: list(
        object({ key: text("The tag."), value: text("Its value; any when absent.").optional() }),
        "Only repositories with these tags.",
      ).optional(),
    },
    "Repositories of AWS CodeCommit.",
  ).optional(),
  azureDevOps: object(
    {
      accessTokenRef: secretKey("The token to ask with."),
      allBranches,
      api: text("The URL of the API; https://dev.azure.com when absent.").optional(),
      organization: text("The organization."),
      teamProject: text("The project."),
    },
    "Repositories of an Azure DevOps project.",
  ).optional(),
  bitbucket: object(
    {
      allBranches,
      appPasswordRef: secretKey("The app password."),
      owner: text("The workspace."),
      user: text("The user."),
    },
    "Repositories of a Bitbucket Cloud workspace.",
  ).optional(),
  bitbucketServer: object(
    {
      allBranches,
      api: text("The URL of the REST API."),
      ...bitbucketAuth,
      caRef: caRef.optional(),
      insecure,
      project: text("The project."),
    },
    "Repositories of a Bitbucket Server project.",
  ).optional(),
  gitea: object(
    {
      allBranches,
      api: text("The URL of the server."),
      excludeArchivedRepos,
      insecure,
      owner: text("The owner."),
      tokenRef,
    },
    "Repositories of a Gitea owner.",
  ).optional(),
  github: object(
    {
      allBranches,
      api: text("The URL of the API; that of github.com when absent.").optional(),
      appSecretName: text("A repository Secret with the credentials of a GitHub App.").optional(),
      excludeArchivedRepos,
      organization: text("The organization."),
      tokenRef,
    },
    "Repositories of a GitHub organization.",
  ).optional(),
  gitlab: object(
    {
      allBranches,
      api: text("The URL of the server; https://gitlab.com when absent.").optional(),
      caRef: caRef.optional(),
      group: text("The group, by path or number."),
      includeArchivedRepos: flag("Takes archived repositories too.").optional(),
      includeSharedProjects: flag("Takes projects shared with the group; on when absent.").optional(),
      includeSubgroups: flag("Takes the projects of groups below it.").optional(),
      insecure,
      tokenRef,
      topic: text("Only projects with this topic.").optional(),
    },
    "Projects of a GitLab group.",
  ).optional(),
};

/** Facts by which repositories are picked: all of one filter must hold, and one filter is enough. */
export const scmFilters = list(
  object({
    branchMatch: text("A regular expression for the branch.").optional(),
    labelMatch: text("A regular expression for one of the labels.").optional(),
    pathsDoNotExist: texts("Paths none of which may exist.").optional(),
    pathsExist: texts("Paths all of which must exist.").optional(),
    repositoryMatch: text("A regular expression for the repository's name.").optional(),
  }),
  "Which repositories give a row; one filter is enough, and all of its parts must hold.",
);

/** How often to look again when nothing tells of a change. */
export const requeueAfterSeconds = int64("Seconds until the source is looked at again; 0 never.").optional();
