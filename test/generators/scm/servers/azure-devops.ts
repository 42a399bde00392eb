import { guarded, type Handler, numberOf, type Reply, type Route, routes } from "./loopback.ts";
import { branchesOf, hasPath, type Pull, type Repository, type World } from "./world.ts";

/**
 * The parts of Azure DevOps' API that lead to repositories and pull requests of the project `shop`:
 * https://learn.microsoft.com/rest/api/azure/devops/git/repositories/list, /stats, /items/get and
 * /pull-requests/get-pull-requests-by-project.
 */
export function azureServer(world: World): Route {
  const about = (show: (repository: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const repository = world.repositories.find(({ id }) => guid(id) === path.id);
      const missing = () => notThere("GitRepositoryNotFoundException", `TF401019: repository ${path.id}`);
      return repository === undefined ? missing() : show(repository, path, asked);
    };
  };
  const below = `${world.owner}/shop/_apis/git`;
  return guarded(
    world.login,
    ({ headers }) => headers.authorization,
    { status: 203, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
    routes({
      [`${below}/repositories`]: () => listed(world.repositories.map((one) => repositoryItem(one, world))),
      [`${below}/pullrequests`]: (_path, { query }) => pulls(world, query),
      [`${below}/repositories/:id/stats/branches`]: about((one, _path, { query }) => stats(one, query.get("name"))),
      [`${below}/repositories/:id/items`]: about((one, _path, { query }) => {
        const path = query.get("path") ?? "";
        const branch = one.branches[query.get("versionDescriptor.version") ?? ""];
        return hasPath(branch, path) ? { body: { path } } : notThere("GitItemNotFoundException", `TF401174: ${path}`);
      }),
      [`${world.owner}/:project/*`]: ({ project = "" }) => missingProject(project),
    }),
  );
}

export function guid(id: number): string {
  return `00000000-0000-0000-0000-${String(id).padStart(12, "0")}`;
}

function listed(value: readonly unknown[]): Reply {
  return { body: { value, count: value.length } };
}

function notThere(typeKey: string, message: string): Reply {
  return { status: 404, body: { $id: "1", message, typeKey, errorCode: 0 } };
}

function missingProject(name: string): Reply {
  const message = `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct.`;
  return notThere("ProjectDoesNotExistWithNameException", message);
}

function stats(repository: Repository, name: string | null): Reply {
  if (name === null) return listed(branchesOf(repository).map(branchItem));
  const branch = repository.branches[name];
  if (branch === undefined) return notThere("GitUnresolvableToCommitException", `TF401175: ${name}`);
  return { body: branchItem({ name, ...branch }) };
}

function pulls(world: World, query: URLSearchParams): Reply {
  const all = world.repositories.flatMap((repository) => repository.pulls.map((pull) => pullItem(pull, repository)));
  const skip = numberOf(query, "$skip", 0);
  return listed(all.slice(skip, skip + numberOf(query, "$top", 101)));
}

function repositoryItem({ name, id, defaultBranch }: Repository, { owner }: World) {
  return {
    id: guid(id),
    name,
    ...(defaultBranch === undefined ? {} : { defaultBranch: `refs/heads/${defaultBranch}` }),
    remoteUrl: `https://dev.azure.com/${owner}/shop/_git/${name}`,
    sshUrl: `git@ssh.dev.azure.com:v3/${owner}/shop/${name}`,
  };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { name, commit: { commitId: sha }, aheadCount: 0, behindCount: 0, isBaseVersion: name === "main" };
}

function pullItem({ number, title, branch, targetBranch, sha, author, labels }: Pull, repository: Repository) {
  return {
    pullRequestId: number,
    title,
    status: "active",
    repository: { id: guid(repository.id), name: repository.name },
    createdBy: { displayName: author, uniqueName: `${author}@example.com` },
    sourceRefName: `refs/heads/${branch}`,
    targetRefName: `refs/heads/${targetBranch}`,
    lastMergeSourceCommit: { commitId: sha },
    ...(labels.length === 0 ? {} : { labels: labels.map((name) => ({ id: "x", name, active: true })) }),
  };
}
