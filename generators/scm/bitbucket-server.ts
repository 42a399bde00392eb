import type { Value } from "../../src/base/values.ts";
import { cloneUrl } from "./bitbucket.ts";
import { bitbucketServerClient, serverPageSize } from "./bitbucket-server-api.ts";
import { needInteger, needText } from "./fields.ts";
import { byNextStart, type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { segments, urlPath } from "./url-path.ts";

/** Repositories of a project at Bitbucket Data Center or Server. One without a default branch gives no row. */
export const bitbucketServerVendor: ScmVendor<"bitbucketServer"> = {
  apiOf: (spec) => spec.api,
  async open(spec, protocol, session) {
    // The server calls https http, whichever it is.
    const link = protocolOf(protocol, ["ssh", "https"], session) === "ssh" ? "ssh" : "http";
    return new BitbucketServerProvider(spec, link, await bitbucketServerClient(spec, session), session);
  },
};

class BitbucketServerProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"bitbucketServer">;
  readonly #link: string;
  readonly #client: RestClient;
  readonly #session: ScmSession;

  constructor(spec: ScmVendorSpec<"bitbucketServer">, link: string, client: RestClient, session: ScmSession) {
    this.source = `Bitbucket Server ${client.target.base} ${spec.project}`;
    this.#spec = spec;
    this.#link = link;
    this.#client = client;
    this.#session = session;
  }

  /** https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-project/#api-api-latest-projects-projectkey-repos-get */
  repositories(): Promise<Listing<ScmRepository>> {
    return this.#list(urlPath`/projects/${this.#spec.project}/repos`, (item) => this.#repository(item));
  }

  #list<T>(path: string, read: (item: Value) => T | undefined): Promise<Listing<T>> {
    const question = { path, query: serverPageSize };
    return listAll(pagesOf(this.#client, question, byNextStart, this.#session.limits), read);
  }

  #repository(item: Value): ScmRepository {
    const { title } = this.#client.target;
    return {
      organization: needText(title, item, "project", "key"),
      repository: needText(title, item, "name"),
      id: needInteger(title, item, "id"),
      url: cloneUrl(item, this.#link),
      // The listing does not tell; `branches` asks.
      defaultBranch: "",
      labels: [],
      handle: needText(title, item, "slug"),
    };
  }

  /** https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-repository/ (branches, default-branch) */
  async branches({ organization, handle }: ScmRepository): Promise<Listing<ScmBranch>> {
    const path = urlPath`/projects/${organization}/repos/${handle}/branches`;
    const answer = await this.#client.find(`${path}/default`);
    // 204 without a body for an empty repository, 404 for a default branch that is not there.
    if (answer === undefined || answer.status === 204) return { items: [], failure: undefined };
    if (this.#spec.allBranches === true) return this.#list(path, (item) => this.#branch(item));
    return { items: [this.#branch(answer.json())], failure: undefined };
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "displayId"), sha: needText(title, item, "latestCommit") };
  }

  /** https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-repository/ (browse) */
  async hasPath({ organization, handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const browse = urlPath`/projects/${organization}/repos/${handle}/browse/${segments(path)}`;
    const query = [
      ["at", branch.name],
      ["type", "true"],
      ["limit", "1"],
    ] as const;
    return (await this.#client.find(browse, query)) !== undefined;
  }
}
