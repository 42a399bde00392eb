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
 * The parts of Gitea's API that lead to repositories and pull requests, as its OpenAPI document names them (orgListRepos,
 * repoListBranches, repoGetBranch, repoGetContents, issueListLabels, repoListPullRequests): https://docs.gitea.com/api/.
 */
export function giteaServer(world: World): Route {
  const listed = (items: readonly unknown[], { url, query }: Asked) => page(items, url, query, world);
  const about = (show: (repository: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const repository = path.owner === world.owner ? repositoryOf(world, path.name) : undefined;
      return repository === undefined ? undefined : show(repository, path, asked);
    };
  };
  return guarded(
    world.login,
    ({ headers }) => headers.authorization,
    { status: 401, body: { message: "invalid username, password or token" } },
    routes({
      "api/v1/orgs/:owner/repos": ({ owner }, asked) =>
        owner === world.owner
          ? listed(
              world.repositories.map((one) => repositoryItem(one, world)),
              asked,
            )
          : undefined,
      "api/v1/repos/:owner/:name/labels": about((one, _path, asked) => listed(one.labels.map(labelItem), asked)),
      "api/v1/repos/:owner/:name/pulls": about((one, _path, asked) =>
        listed(asked.query.get("state") === "open" ? one.pulls.map(pullItem) : [], asked),
      ),
      "api/v1/repos/:owner/:name/branches": about((one, _path, asked) =>
        listed(branchesOf(one).map(branchItem), asked),
      ),
      "api/v1/repos/:owner/:name/branches/:branch": about((one, { branch: name = "" }) => {
        const branch = one.branches[name];
        return branch === undefined ? undefined : { body: branchItem({ name, ...branch }) };
      }),
      "api/v1/repos/:owner/:name/contents/*": about((one, { rest = "" }, { query }) =>
        hasPath(one.branches[query.get("ref") ?? ""], rest) ? { body: { type: "file" } } : undefined,
      ),
    }),
  );
}

function labelItem(name: string, id: number) {
  return { id, name, color: "00aabb" };
}

function page(items: readonly unknown[], url: URL, query: URLSearchParams, world: World): Reply {
  const number = numberOf(query, "page", 1);
  const { items: shown, hasNext } = pageOf(items, number, Math.min(world.pageSize, numberOf(query, "limit", 30)));
  const link = `<${withParameter(url, "page", String(number + 1))}>; rel="next",<${url.href}>; rel="last"`;
  return { body: shown, headers: { "x-total-count": String(items.length), ...(hasNext ? { link } : {}) } };
}

function repositoryItem({ name, id, archived, defaultBranch }: Repository, { owner }: World) {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner },
    archived,
    empty: defaultBranch === undefined,
    default_branch: defaultBranch ?? "main",
    html_url: `https://gitea.com/${owner}/${name}`,
    clone_url: `https://gitea.com/${owner}/${name}.git`,
    ssh_url: `git@gitea.com:${owner}/${name}.git`,
  };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { name, commit: { id: sha, message: "x" }, protected: false };
}

function pullItem({ number, title, branch, targetBranch, sha, author, labels }: Pull) {
  return {
    id: number + 500,
    number,
    title,
    state: "open",
    user: { login: author },
    labels: labels.map((name, id) => ({ id, name })),
    head: { label: branch, ref: branch, sha },
    base: { label: targetBranch, ref: targetBranch, sha: "0".repeat(40) },
  };
}
