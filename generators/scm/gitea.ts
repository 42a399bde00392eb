import type { Value } from "../../src/base/values.ts";
import { needInteger, needText, textAt, valueAt } from "./fields.ts";
import { giteaClient, giteaPageSize } from "./gitea-api.ts";
import { byLinkHeader, type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { segments, urlPath } from "./url-path.ts";

/**
 * Repositories of an organization at Gitea or Forgejo, all pages of them. Labels are those of the repository's issues. The
 * https URL is that of the web page, as in Argo CD; git follows it.
 */
export const giteaVendor: ScmVendor<"gitea"> = {
  apiOf: (spec) => spec.api,
  async open(spec, protocol, session) {
    const urlField = protocolOf(protocol, ["ssh", "https"], session) === "ssh" ? "ssh_url" : "html_url";
    return new GiteaProvider(spec, urlField, await giteaClient(spec, session), session);
  },
};

class GiteaProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"gitea">;
  readonly #urlField: string;
  readonly #client: RestClient;
  readonly #session: ScmSession;

  constructor(spec: ScmVendorSpec<"gitea">, urlField: string, client: RestClient, session: ScmSession) {
    this.source = `Gitea ${client.target.base} ${spec.owner}`;
    this.#spec = spec;
    this.#urlField = urlField;
    this.#client = client;
    this.#session = session;
  }

  /** https://docs.gitea.com/api/ (orgListRepos) */
  repositories(): Promise<Listing<ScmRepository>> {
    return this.#list(urlPath`/orgs/${this.#spec.owner}/repos`, (item) => this.#repository(item));
  }

  #list<T>(path: string, read: (item: Value) => T | undefined): Promise<Listing<T>> {
    const question = { path, query: giteaPageSize };
    return listAll(pagesOf(this.#client, question, byLinkHeader, this.#session.limits), read);
  }

  #repository(item: Value): ScmRepository | undefined {
    if (this.#spec.excludeArchivedRepos === true && valueAt(item, "archived") === true) return undefined;
    const { title } = this.#client.target;
    const repository = needText(title, item, "name");
    return {
      organization: this.#spec.owner,
      repository,
      id: needInteger(title, item, "id"),
      url: needText(title, item, this.#urlField),
      defaultBranch: textAt(item, "default_branch"),
      labels: [],
      handle: repository,
    };
  }

  /** https://docs.gitea.com/api/ (issueListLabels) */
  async labels({ handle }: ScmRepository): Promise<readonly string[]> {
    const path = urlPath`/repos/${this.#spec.owner}/${handle}/labels`;
    const { items, failure } = await this.#list(path, (item) => textAt(item, "name"));
    // Half of the labels would be other parameters.
    if (failure !== undefined) throw failure;
    return items;
  }

  /**
   * https://docs.gitea.com/api/ (repoListBranches, repoGetBranch). A default branch that is not there is a failure, as in
   * Argo CD.
   */
  async branches({ handle, defaultBranch }: ScmRepository): Promise<Listing<ScmBranch>> {
    const path = urlPath`/repos/${this.#spec.owner}/${handle}/branches`;
    if (this.#spec.allBranches === true) return this.#list(path, (item) => this.#branch(item));
    if (defaultBranch === "") return { items: [], failure: undefined };
    const answer = await this.#client.get(path + urlPath`/${defaultBranch}`);
    return { items: [{ ...this.#branch(answer.json()), name: defaultBranch }], failure: undefined };
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "name"), sha: needText(title, item, "commit", "id") };
  }

  /** https://docs.gitea.com/api/ (repoGetContents) */
  async hasPath({ handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const contents = urlPath`/repos/${this.#spec.owner}/${handle}/contents/${segments(path)}`;
    return (await this.#client.find(contents, [["ref", branch.name]])) !== undefined;
  }
}
