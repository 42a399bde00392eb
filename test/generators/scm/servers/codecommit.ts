import type { Asked, Reply, Route } from "./loopback.ts";
import { branchesOf, type Repository, repositoryOf, type World } from "./world.ts";

type Payload = { readonly [field: string]: unknown };

/**
 * The parts of AWS CodeCommit's and the tagging service's APIs that lead to repositories, in AWS's JSON protocol:
 * https://docs.aws.amazon.com/codecommit/latest/APIReference/ (ListRepositories, GetRepository, ListBranches, GetFolder)
 * and https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html.
 */
export function codeCommitServer(world: World): Route {
  return (asked) => {
    if (asked.method !== "POST" || asked.segments.length > 0) return undefined;
    const isKnown = asked.headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${world.login ?? ""}`);
    if (isKnown !== true)
      return failure("UnrecognizedClientException", "The security token included in the request is invalid.");
    const payload = JSON.parse(asked.body) as Payload;
    const operation = operations[operationOf(asked)];
    return operation?.(world, payload);
  };
}

export function operationOf({ headers }: Asked): string {
  return (headers["x-amz-target"] ?? "").split(".")[1] ?? "";
}

function failure(type: string, message: string): Reply {
  return { status: 400, body: { __type: `com.amazonaws.codecommit#${type}`, message } };
}

const operations: { readonly [name: string]: (world: World, payload: Payload) => Reply | undefined } = {
  ListRepositories(world, { nextToken }) {
    const items = world.repositories.map(({ name, id }) => ({ repositoryName: name, repositoryId: `id-${id}` }));
    return paged(items, world, nextToken, { items: "repositories", token: "nextToken" });
  },
  GetResources(world, { TagFilters, PaginationToken }) {
    const filters = TagFilters as readonly { readonly Key: string; readonly Values?: readonly string[] }[];
    // A label KEY=VALUE of the fixture is a tag.
    const tags = ({ labels }: Repository) => labels.map((label) => label.split("="));
    const items = world.repositories
      .filter((one) =>
        filters.every(({ Key, Values }) =>
          tags(one).some(([key, value]) => key === Key && (Values === undefined || Values.includes(value ?? ""))),
        ),
      )
      .map(({ name }) => ({ ResourceARN: `arn:aws:codecommit:eu-central-1:${world.owner}:${name}`, Tags: [] }));
    return paged(items, world, PaginationToken, { items: "ResourceTagMappingList", token: "PaginationToken" });
  },
  GetRepository(world, { repositoryName }) {
    const repository = repositoryOf(world, repositoryName as string);
    if (repository === undefined) return failure("RepositoryDoesNotExistException", `${repositoryName} does not exist`);
    return { body: { repositoryMetadata: metadata(repository, world) } };
  },
  ListBranches(world, { repositoryName, nextToken }) {
    const repository = repositoryOf(world, repositoryName as string);
    const names = repository === undefined ? [] : branchesOf(repository).map(({ name }) => name);
    return paged(names, world, nextToken, { items: "branches", token: "nextToken" });
  },
  GetFolder(world, { repositoryName, commitSpecifier, folderPath }) {
    const branch = repositoryOf(world, repositoryName as string)?.branches[commitSpecifier as string];
    return folder(branch?.paths ?? [], (folderPath as string).slice(1));
  },
};

function folder(paths: readonly string[], path: string): Reply {
  const prefix = path === "" ? "" : `${path}/`;
  const inside = paths.filter((known) => known.startsWith(prefix)).map((known) => known.slice(prefix.length));
  if (inside.length === 0) return failure("FolderDoesNotExistException", path);
  const files = inside.filter((known) => !known.includes("/")).map((name) => ({ relativePath: name }));
  const folders = new Set(inside.filter((known) => known.includes("/")).map((known) => known.split("/")[0] ?? ""));
  return {
    body: { commitId: "c", folderPath: path, files, subFolders: [...folders].map((name) => ({ relativePath: name })) },
  };
}

function paged(
  items: readonly unknown[],
  { pageSize }: World,
  token: unknown,
  fields: { readonly items: string; readonly token: string },
): Reply {
  const start = typeof token === "string" ? Number(token) : 0;
  const next = start + pageSize < items.length ? { [fields.token]: String(start + pageSize) } : {};
  return { body: { [fields.items]: items.slice(start, start + pageSize), ...next } };
}

function metadata({ name, id, defaultBranch }: Repository, { owner }: World) {
  return {
    accountId: owner,
    repositoryId: `id-${id}`,
    repositoryName: name,
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    cloneUrlHttp: `https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/${name}`,
    cloneUrlSsh: `ssh://git-codecommit.eu-central-1.amazonaws.com/v1/repos/${name}`,
  };
}
