/** What every fixture server shows of itself, in the words of its vendor's API. */
export interface World {
  readonly owner: string;
  readonly repositories: readonly Repository[];
  /** The server's own bound on a page, below what is asked for. */
  readonly pageSize: number;
  /** What the Authorization (or the vendor's own) header must be; undefined lets everybody in. */
  readonly login: string | undefined;
}

export interface Repository {
  readonly name: string;
  readonly id: number;
  readonly labels: readonly string[];
  readonly archived: boolean;
  readonly defaultBranch: string | undefined;
  /** Commit and paths by branch. */
  readonly branches: { readonly [name: string]: Branch };
  readonly pulls: readonly Pull[];
}

export interface Branch {
  readonly sha: string;
  readonly paths: readonly string[];
}

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly targetBranch: string;
  readonly sha: string;
  readonly author: string;
  readonly labels: readonly string[];
}

/** Forty digits that differ from text to text. */
export function shaOf(text: string): string {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 0xffff_ffff;
  return hash.toString(16).padStart(8, "0").repeat(5);
}

export function makeRepository(name: string, id: number, more: Partial<Repository> = {}): Repository {
  return {
    name,
    id,
    labels: [],
    archived: false,
    defaultBranch: "main",
    branches: { main: { sha: shaOf(`${name} main`), paths: ["README.md"] } },
    pulls: [],
    ...more,
  };
}

export function makePull(number: number, more: Partial<Pull> = {}): Pull {
  return {
    number,
    title: `Change ${number}`,
    branch: `feature/Change_${number}`,
    targetBranch: "main",
    sha: shaOf(`pull ${number}`),
    author: "ada",
    labels: [],
    ...more,
  };
}

export function makeWorld(repositories: readonly Repository[], more: Partial<World> = {}): World {
  return { owner: "acme", repositories, pageSize: 100, login: undefined, ...more };
}

/** The repository of a name; undefined when there is none. */
export function repositoryOf(world: World, name: string | undefined): Repository | undefined {
  return world.repositories.find((repository) => repository.name === name);
}

/** Whether a file, or a directory above one, is in a branch. */
export function hasPath(branch: Branch | undefined, path: string): boolean {
  return (branch?.paths ?? []).some((known) => known === path || known.startsWith(`${path}/`));
}

export function branchesOf(repository: Repository): readonly (Branch & { readonly name: string })[] {
  return Object.entries(repository.branches).map(([name, branch]) => ({ name, ...branch }));
}
