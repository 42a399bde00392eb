import type { Value } from "../../src/base/values.ts";
import { needInteger, needText, textAt, textsAt, valueAt } from "./fields.ts";
import { githubClient } from "./github-api.ts";
import { byLinkHeader, type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { type Query, segments, urlPath } from "./url-path.ts";

const pageSize: Query = [["per_page", "100"]];

/** Repositories of a GitHub organization, on github.com or an Enterprise server. Labels are the topics. */
export const githubVendor: ScmVendor<"github"> = {
  apiOf: (spec) => spec.api,
  async open(spec, protocol, session) {
    const urlField = protocolOf(protocol, ["ssh", "https"], session) === "ssh" ? "ssh_url" : "clone_url";
    return new GithubProvider(spec, urlField, await githubClient(spec, spec.organization, session), session);
  },
};

class GithubProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"github">;
  readonly #urlField: string;
  readonly #client: RestClient;
  readonly #session: ScmSession;

  constructor(spec: ScmVendorSpec<"github">, urlField: string, client: RestClient, session: ScmSession) {
    this.source = `GitHub ${client.target.base} ${spec.organization}`;
    this.#spec = spec;
    this.#urlField = urlField;
    this.#client = client;
    this.#session = session;
  }

  /** https://docs.github.com/en/rest/repos/repos#list-organization-repositories */
  repositories(): Promise<Listing<ScmRepository>> {
    const path = urlPath`/orgs/${this.#spec.organization}/repos`;
    const pages = pagesOf(this.#client, { path, query: pageSize }, byLinkHeader, this.#session.limits);
    return listAll(pages, (item) => this.#repository(item));
  }

  #repository(item: Value): ScmRepository | undefined {
    if (this.#spec.excludeArchivedRepos === true && valueAt(item, "archived") === true) return undefined;
    const { title } = this.#client.target;
    const repository = needText(title, item, "name");
    return {
      organization: needText(title, item, "owner", "login"),
      repository,
      id: needInteger(title, item, "id"),
      url: needText(title, item, this.#urlField),
      defaultBranch: textAt(item, "default_branch"),
      labels: textsAt(item, "topics"),
      handle: repository,
    };
  }

  /** https://docs.github.com/en/rest/branches/branches */
  async branches(repository: ScmRepository): Promise<Listing<ScmBranch>> {
    const { organization, handle, defaultBranch } = repository;
    const branches = urlPath`/repos/${organization}/${handle}/branches`;
    if (this.#spec.allBranches === true) {
      const pages = pagesOf(this.#client, { path: branches, query: pageSize }, byLinkHeader, this.#session.limits);
      return listAll(pages, (item) => this.#branch(item));
    }
    if (defaultBranch === "") return { items: [], failure: undefined };
    // An empty repository names a default branch that is not there yet.
    const answer = await this.#client.find(branches + urlPath`/${defaultBranch}`);
    return { items: answer === undefined ? [] : [this.#branch(answer.json())], failure: undefined };
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "name"), sha: needText(title, item, "commit", "sha") };
  }

  /** https://docs.github.com/en/rest/repos/contents#get-repository-content */
  async hasPath({ organization, handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const contents = urlPath`/repos/${organization}/${handle}/contents/${segments(path)}`;
    return (await this.#client.find(contents, [["ref", branch.name]])) !== undefined;
  }
}
