import { type Asked, guarded, type Handler, numberOf, type Reply, type Route, routes } from "./loopback.ts";
import { branchesOf, hasPath, type Pull, type Repository, repositoryOf, type World } from "./world.ts";

/**
 * The parts of Bitbucket Data Center's API that lead to repositories and pull requests:
 * https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-project/, /api-group-repository/,
 * /api-group-pull-requests/ and, for pages, https://developer.atlassian.com/server/bitbucket/how-tos/command-line-rest/#paged-apis.
 */
export function bitbucketServerServer(world: World): Route {
  const listed = (items: readonly unknown[], { query }: Asked) => page(items, query, world);
  const about = (show: (repository: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const repository = repositoryOf(world, path.slug);
      return repository === undefined ? undefined : show(repository, path, asked);
    };
  };
  const below = `rest/api/1.0/projects/${world.owner}/repos`;
  return guarded(
    world.login,
    ({ headers }) => headers.authorization,
    { status: 401, body: { errors: [{ message: "Authentication failed. Please check your credentials." }] } },
    routes({
      [below]: (_path, asked) =>
        listed(
          world.repositories.map((one) => repositoryItem(one, world)),
          asked,
        ),
      [`${below}/:slug/pull-requests`]: about((one, _path, asked) => listed(one.pulls.map(pullItem), asked)),
      [`${below}/:slug/branches/default`]: about(defaultBranch),
      [`${below}/:slug/branches`]: about((one, _path, asked) => listed(branchesOf(one).map(branchItem), asked)),
      [`${below}/:slug/browse/*`]: about((one, { rest = "" }, { query }) =>
        hasPath(one.branches[query.get("at") ?? ""], rest) ? { body: { type: "FILE" } } : undefined,
      ),
    }),
  );
}

/** 204 for a repository without a commit. */
function defaultBranch({ defaultBranch: name, branches }: Repository): Reply | undefined {
  if (name === undefined) return { status: 204 };
  const branch = branches[name];
  return branch === undefined ? undefined : { body: branchItem({ name, ...branch }) };
}

function page(items: readonly unknown[], query: URLSearchParams, world: World): Reply {
  const start = numberOf(query, "start", 0);
  const size = Math.min(world.pageSize, numberOf(query, "limit", 25));
  const isLastPage = start + size >= items.length;
  const values = items.slice(start, start + size);
  return {
    body: {
      size: values.length,
      limit: size,
      start,
      values,
      isLastPage,
      ...(isLastPage ? {} : { nextPageStart: start + size }),
    },
  };
}

function repositoryItem({ name, id }: Repository, { owner }: World) {
  return {
    id,
    slug: name,
    name,
    project: { id: 1, key: owner },
    links: {
      clone: [
        { name: "http", href: `https://bitbucket.example.com/scm/${owner}/${name}.git` },
        { name: "ssh", href: `ssh://git@bitbucket.example.com:7999/${owner}/${name}.git` },
      ],
    },
  };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { id: `refs/heads/${name}`, displayId: name, type: "BRANCH", latestCommit: sha, default: name === "main" };
}

function pullItem({ number, title, branch, targetBranch, sha, author }: Pull) {
  return {
    id: number,
    title,
    state: "OPEN",
    fromRef: { id: `refs/heads/${branch}`, displayId: branch, latestCommit: sha },
    toRef: { id: `refs/heads/${targetBranch}`, displayId: targetBranch, latestCommit: "0".repeat(40) },
    author: { user: { name: author, slug: author } },
  };
}
