import {
  type Asked,
  guarded,
  type Handler,
  numberOf,
  pageOf,
  type Reply,
  type Route,
  routes,
  withParameter,
} from "./loopback.ts";
import { branchesOf, hasPath, type Pull, type Repository, repositoryOf, type World } from "./world.ts";

/**
 * The parts of Bitbucket Cloud's API that lead to repositories and pull requests:
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/, /api-group-refs/, /api-group-source/,
 * /api-group-pullrequests/ and, for pages, https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination.
 */
export function bitbucketServerCloud(world: World): Route {
  const listed = (items: readonly unknown[], { url, query }: Asked) => page(items, url, query, world);
  const about = (show: (repository: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const repository = repositoryOf(world, path.slug);
      return repository === undefined ? undefined : show(repository, path, asked);
    };
  };
  const below = `2.0/repositories/${world.owner}`;
  return guarded(
    world.login,
    ({ headers }) => headers.authorization,
    { status: 401, body: { type: "error", error: { message: "Token is invalid, expired, or not supported" } } },
    routes({
      [below]: (_path, asked) =>
        listed(
          world.repositories.map((one) => repositoryItem(one, world)),
          asked,
        ),
      [`${below}/:slug/pullrequests`]: about((one, _path, asked) => listed(one.pulls.map(pullItem), asked)),
      [`${below}/:slug/refs/branches`]: about((one, _path, asked) => listed(branchesOf(one).map(branchItem), asked)),
      [`${below}/:slug/refs/branches/:branch`]: about((one, { branch: name = "" }) => {
        const branch = one.branches[name];
        return branch === undefined ? undefined : { body: branchItem({ name, ...branch }) };
      }),
      [`${below}/:slug/src/:commit/*`]: about((one, { commit, rest = "" }, { query }) => {
        const branch = branchesOf(one).find(({ sha }) => sha === commit);
        const isThere = query.get("format") === "meta" && hasPath(branch, rest);
        return isThere ? { body: { type: "commit_file", path: rest } } : undefined;
      }),
    }),
  );
}

function page(items: readonly unknown[], url: URL, query: URLSearchParams, world: World): Reply {
  const number = numberOf(query, "page", 1);
  const { items: values, hasNext } = pageOf(items, number, Math.min(world.pageSize, numberOf(query, "pagelen", 10)));
  const next = hasNext ? { next: withParameter(url, "page", String(number + 1)) } : {};
  return { body: { pagelen: world.pageSize, page: number, size: items.length, values, ...next } };
}

function repositoryItem({ name, id, defaultBranch }: Repository, { owner }: World) {
  return {
    type: "repository",
    uuid: `{${id}}`,
    name: name.toUpperCase(),
    slug: name,
    full_name: `${owner}/${name}`,
    mainbranch: defaultBranch === undefined ? null : { type: "branch", name: defaultBranch },
    links: {
      clone: [
        { name: "https", href: `https://bitbucket.org/${owner}/${name}.git` },
        { name: "ssh", href: `git@bitbucket.org:${owner}/${name}.git` },
      ],
    },
  };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { type: "branch", name, target: { type: "commit", hash: sha } };
}

function pullItem({ number, title, branch, targetBranch, sha, author }: Pull) {
  return {
    type: "pullrequest",
    id: number,
    title,
    state: "OPEN",
    author: { type: "user", nickname: author, display_name: author },
    source: { branch: { name: branch }, commit: { hash: sha } },
    destination: { branch: { name: targetBranch }, commit: { hash: "0".repeat(12) } },
  };
}
