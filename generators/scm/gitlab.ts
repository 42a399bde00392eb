import type { Value } from "../../src/base/values.ts";
import { needInteger, needList, needText, textAt, textsAt } from "./fields.ts";
import { gitlabClient } from "./gitlab-api.ts";
import { byNextPageHeader, type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import { failedWith, type RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { type Query, urlPath } from "./url-path.ts";

const pageSize: Query = [["per_page", "100"]];
const none = { items: [], failure: undefined };

/** Projects of a GitLab group. Labels are the topics; the organization is the full path of the project's namespace. */
export const gitlabVendor: ScmVendor<"gitlab"> = {
  apiOf: (spec) => spec.api,
  async open(spec, protocol, session) {
    const wanted = protocolOf(protocol, ["ssh", "https"], session);
    const urlField = wanted === "ssh" ? "ssh_url_to_repo" : "http_url_to_repo";
    return new GitlabProvider(spec, urlField, await gitlabClient(spec, session), session);
  },
};

class GitlabProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"gitlab">;
  readonly #urlField: string;
  readonly #client: RestClient;
  readonly #session: ScmSession;

  constructor(spec: ScmVendorSpec<"gitlab">, urlField: string, client: RestClient, session: ScmSession) {
    this.source = `GitLab ${client.target.base} ${spec.group}`;
    this.#spec = spec;
    this.#urlField = urlField;
    this.#client = client;
    this.#session = session;
  }

  /**
   * https://docs.gitlab.com/api/groups/#list-projects. With `archived=true` a server may list archived projects alone, so
   * they are asked for beside the others and not instead of them.
   */
  async repositories(): Promise<Listing<ScmRepository>> {
    const listing = await this.#list([]);
    if (this.#spec.includeArchivedRepos !== true || listing.failure !== undefined) return listing;
    const archived = await this.#list([["archived", "true"]]);
    const known = new Set(listing.items.map(({ id }) => id));
    const further = archived.items.filter(({ id }) => !known.has(id));
    return { items: [...listing.items, ...further], failure: archived.failure };
  }

  #list(further: Query): Promise<Listing<ScmRepository>> {
    const { group, includeSubgroups = false, includeSharedProjects = true, topic = "" } = this.#spec;
    const query: Query = [
      ...pageSize,
      ["include_subgroups", String(includeSubgroups)],
      ["with_shared", String(includeSharedProjects)],
      ...(topic === "" ? [] : [["topic", topic] as const]),
      ...further,
    ];
    const question = { path: urlPath`/groups/${group}/projects`, query };
    return listAll(pagesOf(this.#client, question, byNextPageHeader, this.#session.limits), (item) =>
      this.#repository(item),
    );
  }

  #repository(item: Value): ScmRepository {
    const { title } = this.#client.target;
    const id = needInteger(title, item, "id");
    const topics = textsAt(item, "topics");
    return {
      organization: needText(title, item, "namespace", "full_path"),
      repository: needText(title, item, "path"),
      id,
      url: needText(title, item, this.#urlField),
      defaultBranch: textAt(item, "default_branch"),
      // Servers before 14.5 name their topics so.
      labels: topics.length > 0 ? topics : textsAt(item, "tag_list"),
      handle: id.toString(),
    };
  }

  /** https://docs.gitlab.com/api/branches/ */
  async branches({ handle, defaultBranch }: ScmRepository): Promise<Listing<ScmBranch>> {
    const path = urlPath`/projects/${handle}/repository/branches`;
    if (this.#spec.allBranches === true) return this.#allBranches(path);
    if (defaultBranch === "") return none;
    const answer = await this.#client.find(path + urlPath`/${defaultBranch}`);
    return answer === undefined ? none : { items: [this.#branch(answer.json())], failure: undefined };
  }

  async #allBranches(path: string): Promise<Listing<ScmBranch>> {
    try {
      const pages = pagesOf(this.#client, { path, query: pageSize }, byNextPageHeader, this.#session.limits);
      return await listAll(pages, (item) => this.#branch(item));
    } catch (error: unknown) {
      // As in Argo CD: a project without a repository has no branches.
      if (failedWith(error, 404)) return none;
      throw error;
    }
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "name"), sha: needText(title, item, "commit", "id") };
  }

  /** https://docs.gitlab.com/api/repository_files/ tells of files, https://docs.gitlab.com/api/repositories/ of directories. */
  async hasPath({ handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const file = await this.#client.ask({
      method: "HEAD",
      path: urlPath`/projects/${handle}/repository/files/${path}`,
      query: [["ref", branch.name]],
      answers: [404],
    });
    if (file.status !== 404) return true;
    const tree = await this.#client.find(urlPath`/projects/${handle}/repository/tree`, [
      ["path", path],
      ["ref", branch.name],
      ["per_page", "1"],
    ]);
    return tree !== undefined && needList(tree.what, tree.json()).length > 0;
  }
}
