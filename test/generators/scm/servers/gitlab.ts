import { type Asked, guarded, type Handler, numberOf, pageOf, type Reply, type Route, routes } from "./loopback.ts";
import { branchesOf, hasPath, type Pull, type Repository, type World } from "./world.ts";

/**
 * The parts of GitLab's REST API that lead to projects and merge requests: https://docs.gitlab.com/api/groups/,
 * /branches/, /repository_files/, /repositories/, /merge_requests/ and, for pages, https://docs.gitlab.com/api/rest/#pagination.
 */
export function gitlabServer(world: World): Route {
  const listed = (items: readonly unknown[], { query }: Asked) => page(items, query, world);
  const about = (show: (project: Repository, ...args: Parameters<Handler>) => Reply | undefined): Handler => {
    return (path, asked) => {
      const isIt = ({ id, name }: Repository) => [String(id), `${world.owner}/${name}`].includes(path.id ?? "");
      const project = world.repositories.find(isIt);
      return project === undefined ? undefined : show(project, path, asked);
    };
  };
  const below = "api/v4/projects/:id";
  return guarded(
    world.login,
    ({ headers }) => headers["private-token"],
    { status: 401, body: { message: "401 Unauthorized" } },
    routes({
      [`api/v4/groups/${world.owner}/projects`]: (_path, asked) =>
        listed(
          listedProjects(world, asked.query).map((project) => projectItem(project, world)),
          asked,
        ),
      [`${below}/merge_requests`]: about((one, _path, asked) =>
        listed(mergeRequests(one, asked.query).map(mergeRequestItem), asked),
      ),
      [`${below}/repository/branches`]: about((one, _path, asked) => listed(branchesOf(one).map(branchItem), asked)),
      [`${below}/repository/branches/:branch`]: about((one, { branch: name = "" }) => {
        const branch = one.branches[name];
        return branch === undefined ? undefined : { body: branchItem({ name, ...branch }) };
      }),
      [`${below}/repository/files/:file`]: about((one, { file = "" }, { query }) =>
        one.branches[query.get("ref") ?? ""]?.paths.includes(file) === true ? {} : undefined,
      ),
      [`${below}/repository/tree`]: about((one, _path, { query }) => tree(one, query)),
    }),
  );
}

/** As servers since 15.0: 404 for a directory that is not there. */
function tree(project: Repository, query: URLSearchParams): Reply {
  const path = query.get("path") ?? "";
  const isThere = hasPath(project.branches[query.get("ref") ?? ""], path);
  if (!isThere) return { status: 404, body: { message: "404 invalid revision or path Not Found" } };
  return { body: [{ id: "a1", name: "x", type: "blob", path: `${path}/x`, mode: "100644" }] };
}

function listedProjects({ repositories }: World, query: URLSearchParams): readonly Repository[] {
  const topic = query.get("topic");
  // As the service does: with archived=true the archived ones alone.
  const isArchived = query.get("archived") === "true";
  return repositories.filter((project) => {
    const isInGroup = !project.name.startsWith("sub-") || query.get("include_subgroups") === "true";
    const isOwn = !project.name.startsWith("shared-") || query.get("with_shared") === "true";
    return isInGroup && isOwn && project.archived === isArchived && (topic === null || project.labels.includes(topic));
  });
}

function page(items: readonly unknown[], query: URLSearchParams, world: World): Reply {
  const number = numberOf(query, "page", 1);
  const size = Math.min(world.pageSize, numberOf(query, "per_page", 20));
  const { items: shown, hasNext } = pageOf(items, number, size);
  return { body: shown, headers: { "x-page": String(number), "x-next-page": hasNext ? String(number + 1) : "" } };
}

function projectItem({ name, id, labels, archived, defaultBranch }: Repository, { owner }: World) {
  return {
    id,
    name: name.toUpperCase(),
    path: name,
    path_with_namespace: `${owner}/${name}`,
    namespace: { id: 1, full_path: owner },
    default_branch: defaultBranch ?? null,
    archived,
    topics: labels,
    tag_list: labels,
    ssh_url_to_repo: `git@gitlab.com:${owner}/${name}.git`,
    http_url_to_repo: `https://gitlab.com/${owner}/${name}.git`,
  };
}

function branchItem({ name, sha }: { readonly name: string; readonly sha: string }) {
  return { name, commit: { id: sha, short_id: sha.slice(0, 8) }, default: name === "main" };
}

function mergeRequests(project: Repository, query: URLSearchParams): readonly Pull[] {
  const wanted = query.get("labels")?.split(",") ?? [];
  const state = query.get("state");
  return project.pulls.filter(
    ({ labels, title }) =>
      wanted.every((label) => labels.includes(label)) && (state !== "opened" || title !== "closed"),
  );
}

function mergeRequestItem({ number, title, branch, targetBranch, sha, author, labels }: Pull) {
  return {
    id: number + 9_000,
    iid: number,
    title,
    state: "opened",
    source_branch: branch,
    target_branch: targetBranch,
    sha,
    labels,
    author: { id: 1, username: author },
  };
}
