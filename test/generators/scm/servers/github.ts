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
 * The parts of GitHub's REST API that lead to repositories and pull requests, under /api/v3 as at an Enterprise server:
 * https://docs.github.com/en/rest/repos/repos, /branches/branches, /repos/contents, /pulls/pulls and, for pages,
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api.
 */
export function githubServer(world: World): Route {
  const listed = (items: readonly unknown[], { url, query }: Asked) => page(items, url, query, world);
  const refusal = {
    status: 401,
    body: { message: "Bad credentials", documentation_url: "https://docs.github.com/rest" },
  };
  const about = (show: (repository: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const repository = path.owner === world.owner ? repositoryOf(world, path.name) : undefined;
      return repository === undefined ? undefined : show(repository, path, asked);
    };
  };
  return guarded(
    world.login,
    ({ headers }) => headers.authorization,
    refusal,
    routes({
      "api/v3/orgs/:owner/repos": ({ owner }, asked) =>
        owner === world.owner
          ? listed(
              world.repositories.map((one) => repositoryItem(one, world)),
              asked,
            )
          : undefined,
      "api/v3/repos/:owner/:name/branches": about((one, _path, asked) =>
        listed(branchesOf(one).map(branchItem), asked),
      ),
      "api/v3/repos/:owner/:name/branches/:branch": about((one, { branch = "" }) => oneBranch(one, branch)),
      "api/v3/repos/:owner/:name/pulls": about((one, _path, asked) => listed(one.pulls.map(pullItem), asked)),
      "api/v3/repos/:owner/:name/contents/*": about((one, { rest = "" }, { query }) =>
        hasPath(one.branches[query.get("ref") ?? ""], rest) ? { body: { type: "file", path: rest } } : undefined,
      ),
    }),
  );
}

function page(items: readonly unknown[], url: URL, query: URLSearchParams, world: World): Reply {
  const number = numberOf(query, "page", 1);
  const size = Math.min(world.pageSize, numberOf(query, "per_page", 30));
  const { items: shown, hasNext } = pageOf(items, number, size);
  const next = `<${withParameter(url, "page", String(number + 1))}>; rel="next", <${url.href}>; rel="last"`;
  return { body: shown, headers: hasNext ? { link: next } : {} };
}

function repositoryItem({ name, id, labels, archived, defaultBranch }: Repository, { owner }: World) {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner, id: 1, type: "Organization" },
    private: true,
    archived,
    default_branch: defaultBranch ?? "main",
    topics: labels,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `https://github.com/${owner}/${name}.git`,
  };
}

function oneBranch(repository: Repository, name: string): Reply | undefined {
  const branch = repository.branches[name];
  if (branch === undefined) return { status: 404, body: { message: "Branch not found" } };
  return { body: branchItem({ name, ...branch }) };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { name, commit: { sha, url: `https://api.github.com/commits/${sha}` }, protected: false };
}

function pullItem({ number, title, branch, targetBranch, sha, author, labels }: Pull) {
  return {
    id: number * 100,
    number,
    state: "open",
    title,
    user: { login: author },
    labels: labels.map((name) => ({ id: 1, name })),
    head: { ref: branch, sha },
    base: { ref: targetBranch, sha: "0".repeat(40) },
  };
}
