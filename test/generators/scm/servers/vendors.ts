import type { ScmVendorKey } from "../../../../generators/scm/provider.ts";
import type { ScmSettings } from "../../../../generators/scm/settings.ts";
import { azureServer, guid } from "./azure-devops.ts";
import { bitbucketServerCloud } from "./bitbucket.ts";
import { bitbucketServerServer } from "./bitbucket-server.ts";
import { codeCommitServer, operationOf } from "./codecommit.ts";
import { giteaServer } from "./gitea.ts";
import { githubServer } from "./github.ts";
import { gitlabServer } from "./gitlab.ts";
import type { Asked, Route } from "./loopback.ts";
import type { Repository, World } from "./world.ts";

export const token = "t0ken-that-nobody-may-see";

/** A vendor as the contract suite sees it. */
export interface VendorFixture {
  readonly key: ScmVendorKey;
  /** The description of its API that questions and answers are held to. */
  readonly description: string;
  serve(world: World): Route;
  /** The vendor's block for a server; the credentials stand in the Secret `scm`, under `token`. */
  block(url: string): { readonly [field: string]: unknown };
  settings?(url: string): ScmSettings;
  /** What the header of a question with the right credentials is, and where it stands. */
  readonly login: string;
  loginOf(asked: Asked): string | undefined;
  readonly hasLabels: boolean;
  readonly hasShas: boolean;
  /** The field that leaves archived repositories out. */
  readonly archivedField?: string;
  /** All repositories come in one answer. */
  readonly isUnpaged?: boolean;
  idOf(repository: Repository): string;
  readonly urls: { readonly ssh: (name: string) => string; readonly https: (name: string) => string };
  isListing(asked: Asked): boolean;
  /** Whether a question is about one repository, after it was listed. */
  isAbout(asked: Asked, repository: Repository): boolean;
}

const tokenRef = { secretName: "scm", key: "token" };
const basic = (user: string) => `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`;
const authorization = ({ headers }: Asked) => headers.authorization;
const listsAt = (...start: readonly string[]) => {
  const path = start.join("/");
  return ({ segments }: Asked) => segments.join("/") === path;
};
const namesIt = ({ segments }: Asked, { name }: Repository) => segments.includes(name);

export const vendors: { readonly [K in ScmVendorKey]: VendorFixture } = {
  github: {
    key: "github",
    description: "github",
    serve: githubServer,
    block: (url) => ({ organization: "acme", api: url, tokenRef }),
    login: `Bearer ${token}`,
    loginOf: authorization,
    hasLabels: true,
    hasShas: true,
    archivedField: "excludeArchivedRepos",
    idOf: ({ id }) => String(id),
    urls: {
      ssh: (name) => `git@github.com:acme/${name}.git`,
      https: (name) => `https://github.com/acme/${name}.git`,
    },
    isListing: listsAt("api", "v3", "orgs", "acme", "repos"),
    isAbout: namesIt,
  },
  gitlab: {
    key: "gitlab",
    description: "gitlab",
    serve: gitlabServer,
    block: (url) => ({ group: "acme", api: url, tokenRef }),
    login: token,
    loginOf: ({ headers }) => headers["private-token"],
    hasLabels: true,
    hasShas: true,
    idOf: ({ id }) => String(id),
    urls: {
      ssh: (name) => `git@gitlab.com:acme/${name}.git`,
      https: (name) => `https://gitlab.com/acme/${name}.git`,
    },
    isListing: listsAt("api", "v4", "groups", "acme", "projects"),
    isAbout: ({ segments }, { id }) => segments[2] === "projects" && segments[3] === String(id),
  },
  gitea: {
    key: "gitea",
    description: "gitea",
    serve: giteaServer,
    block: (url) => ({ owner: "acme", api: `${url}/`, tokenRef }),
    login: `token ${token}`,
    loginOf: authorization,
    hasLabels: true,
    hasShas: true,
    archivedField: "excludeArchivedRepos",
    idOf: ({ id }) => String(id),
    urls: { ssh: (name) => `git@gitea.com:acme/${name}.git`, https: (name) => `https://gitea.com/acme/${name}` },
    isListing: listsAt("api", "v1", "orgs", "acme", "repos"),
    isAbout: namesIt,
  },
  bitbucketServer: {
    key: "bitbucketServer",
    description: "bitbucket-server",
    serve: bitbucketServerServer,
    block: (url) => ({
      project: "acme",
      api: `${url}/rest/`,
      basicAuth: { username: "ci", passwordRef: tokenRef },
    }),
    login: basic("ci"),
    loginOf: authorization,
    hasLabels: false,
    hasShas: true,
    idOf: ({ id }) => String(id),
    urls: {
      ssh: (name) => `ssh://git@bitbucket.example.com:7999/acme/${name}.git`,
      https: (name) => `https://bitbucket.example.com/scm/acme/${name}.git`,
    },
    isListing: listsAt("rest", "api", "1.0", "projects", "acme", "repos"),
    isAbout: namesIt,
  },
  azureDevOps: {
    key: "azureDevOps",
    description: "azure-devops",
    serve: azureServer,
    block: (url) => ({ organization: "acme", teamProject: "shop", api: url, accessTokenRef: tokenRef }),
    login: basic(""),
    loginOf: authorization,
    hasLabels: false,
    hasShas: true,
    isUnpaged: true,
    idOf: ({ id }) => guid(id),
    urls: {
      ssh: (name) => `https://dev.azure.com/acme/shop/_git/${name}`,
      https: (name) => `https://dev.azure.com/acme/shop/_git/${name}`,
    },
    isListing: listsAt("acme", "shop", "_apis", "git", "repositories"),
    isAbout: ({ segments }, { id }) => segments.includes(guid(id)),
  },
  bitbucket: {
    key: "bitbucket",
    description: "bitbucket",
    serve: bitbucketServerCloud,
    block: () => ({ owner: "acme", user: "ci", appPasswordRef: tokenRef }),
    settings: (url) => ({ endpoints: { bitbucket: `${url}/2.0` } }),
    login: basic("ci"),
    loginOf: authorization,
    hasLabels: false,
    hasShas: true,
    idOf: ({ id }) => `{${id}}`,
    urls: {
      ssh: (name) => `git@bitbucket.org:acme/${name}.git`,
      https: (name) => `https://bitbucket.org/acme/${name}.git`,
    },
    isListing: listsAt("2.0", "repositories", "acme"),
    isAbout: namesIt,
  },
  awsCodeCommit: {
    key: "awsCodeCommit",
    description: "codecommit",
    serve: codeCommitServer,
    block: () => ({ region: "eu-central-1" }),
    settings: (url) => ({
      aws: { keys: { accessKeyId: "AKID", secretAccessKey: token } },
      endpoints: { codecommit: url, tagging: url },
    }),
    login: "AKID",
    loginOf: ({ headers }) => /Credential=([^/]*)/.exec(headers.authorization ?? "")?.[1],
    hasLabels: false,
    hasShas: false,
    idOf: ({ id }) => `id-${id}`,
    urls: {
      ssh: (name) => `ssh://git-codecommit.eu-central-1.amazonaws.com/v1/repos/${name}`,
      https: (name) => `https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/${name}`,
    },
    isListing: (asked) => operationOf(asked) === "ListRepositories",
    isAbout: ({ body }, { name }) => body.includes(`"repositoryName":"${name}"`),
  },
};
