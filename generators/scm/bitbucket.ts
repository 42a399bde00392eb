import { GenerationError } from "../../src/base/errors.ts";
import type { Value } from "../../src/base/values.ts";
import { basicAuth } from "./basic-auth.ts";
import { bitbucketApi, bitbucketTarget } from "./bitbucket-api.ts";
import { needText, textAt, valueAt } from "./fields.ts";
import { byNextField, type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { RestClient } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import { baseUrl, type Query, segments, textOfBase, urlPath } from "./url-path.ts";

const pageSize: Query = [["pagelen", "100"]];

/** Repositories of a Bitbucket Cloud workspace that the user is a member of. There are no labels. */
export const bitbucketVendor: ScmVendor<"bitbucket"> = {
  apiOf: () => undefined,
  async open(spec, protocol, session) {
    const link = protocolOf(protocol, ["ssh", "https"], session);
    const base = session.settings.endpoints?.bitbucket || bitbucketApi;
    const target = bitbucketTarget(textOfBase(baseUrl(base, "the endpoint of Bitbucket")));
    const password = await session.secret(spec.appPasswordRef, "appPasswordRef");
    const { header, secrets } = basicAuth(spec.user, password);
    const headers = { ...target.headers, authorization: header };
    const client = session.client({ ...target, headers, secrets, tls: await session.tls({}) });
    return new BitbucketProvider(spec, link, client, session);
  },
};

class BitbucketProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"bitbucket">;
  readonly #link: string;
  readonly #client: RestClient;
  readonly #session: ScmSession;

  constructor(spec: ScmVendorSpec<"bitbucket">, link: string, client: RestClient, session: ScmSession) {
    this.source = `Bitbucket ${client.target.base} ${spec.owner}`;
    this.#spec = spec;
    this.#link = link;
    this.#client = client;
    this.#session = session;
  }

  /** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/#api-repositories-workspace-get */
  repositories(): Promise<Listing<ScmRepository>> {
    const question = {
      path: urlPath`/repositories/${this.#spec.owner}`,
      query: [...pageSize, ["role", "member"]] as Query,
    };
    return listAll(pagesOf(this.#client, question, byNextField, this.#session.limits), (item) =>
      this.#repository(item),
    );
  }

  #repository(item: Value): ScmRepository {
    const { title } = this.#client.target;
    const repository = needText(title, item, "slug");
    return {
      organization: this.#spec.owner,
      repository,
      id: needText(title, item, "uuid"),
      url: cloneUrl(item, this.#link),
      defaultBranch: textAt(item, "mainbranch", "name"),
      labels: [],
      handle: repository,
    };
  }

  /** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/ */
  async branches({ handle, defaultBranch }: ScmRepository): Promise<Listing<ScmBranch>> {
    const path = urlPath`/repositories/${this.#spec.owner}/${handle}/refs/branches`;
    if (this.#spec.allBranches === true) {
      const pages = pagesOf(this.#client, { path, query: pageSize }, byNextField, this.#session.limits);
      return listAll(pages, (item) => this.#branch(item));
    }
    if (defaultBranch === "") return { items: [], failure: undefined };
    const answer = await this.#client.get(path + urlPath`/${defaultBranch}`);
    return { items: [this.#branch(answer.json())], failure: undefined };
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "name"), sha: needText(title, item, "target", "hash") };
  }

  /**
   * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-commit-path-get
   */
  async hasPath({ handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const source = urlPath`/repositories/${this.#spec.owner}/${handle}/src/${branch.sha}/${segments(path)}`;
    return (await this.#client.find(source, [["format", "meta"]])) !== undefined;
  }
}

/** The address of a repository's `links.clone` under a name. */
export function cloneUrl(item: Value, name: string): string {
  const links = valueAt(item, "links", "clone");
  const found = Array.isArray(links) ? links.find((link) => textAt(link, "name") === name) : undefined;
  const url = textAt(found, "href");
  if (url !== "") return url;
  const repository = textAt(item, "slug");
  throw new GenerationError(`Bitbucket gives no ${name} address for the repository ${repository}`, {
    details: { remedy: "use another cloneProtocol" },
  });
}
