import { GenerationError } from "../../src/base/errors.ts";
import type { Value } from "../../src/base/values.ts";
import { refusal } from "../http-answer.ts";
import { azureClient, azureVersion, branchName, errorKey } from "./azure-api.ts";
import { needList, needText, textAt } from "./fields.ts";
import type { Listing } from "./paging.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { RestAnswer, RestClient } from "./rest.ts";
import { type Query, urlPath } from "./url-path.ts";

/**
 * Repositories of an Azure DevOps project; those without a default branch are left out. The URL is the one that the
 * service gives, whatever `cloneProtocol` asks for. There are no labels.
 */
export const azureDevOpsVendor: ScmVendor<"azureDevOps"> = {
  apiOf: (spec) => spec.api,
  async open(spec, _protocol, session) {
    const token = await session.secret(spec.accessTokenRef, "accessTokenRef");
    const field = `${session.at}.accessTokenRef`;
    if (token === "") throw new GenerationError(`${field} points at an empty token`, { details: { field } });
    return new AzureProvider(spec, await azureClient(spec, token, session));
  },
};

class AzureProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"azureDevOps">;
  readonly #client: RestClient;
  readonly #repositories: string;

  constructor(spec: ScmVendorSpec<"azureDevOps">, client: RestClient) {
    this.source = `Azure DevOps ${client.target.base} ${spec.teamProject}`;
    this.#spec = spec;
    this.#client = client;
    this.#repositories = urlPath`/${spec.teamProject}/_apis/git/repositories`;
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/repositories/list: all in one answer. */
  async repositories(): Promise<Listing<ScmRepository>> {
    const answer = await this.#client.get(this.#repositories, azureVersion);
    const items = needList(answer.what, answer.json(), "value").flatMap((item) => this.#repository(item) ?? []);
    return { items, failure: undefined };
  }

  #repository(item: Value): ScmRepository | undefined {
    const [repository, id, url] = [textAt(item, "name"), textAt(item, "id"), textAt(item, "remoteUrl")];
    const defaultBranch = branchName(textAt(item, "defaultBranch"));
    if (repository === "" || id === "" || url === "" || defaultBranch === "") return undefined;
    return { organization: this.#spec.organization, repository, id, url, defaultBranch, labels: [], handle: id };
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/stats. A repository that was deleted since has no branches. */
  async branches({ handle, defaultBranch }: ScmRepository): Promise<Listing<ScmBranch>> {
    const isAll = this.#spec.allBranches === true;
    const query: Query = isAll ? azureVersion : [...azureVersion, ["name", defaultBranch]];
    const path = this.#repositories + urlPath`/${handle}/stats/branches`;
    const answer = await this.#client.ask({ path, query, answers: [404] });
    if (this.#isMissing(answer, "GitRepositoryNotFoundException")) return { items: [], failure: undefined };
    const body = answer.json();
    const items = isAll ? needList(answer.what, body, "value") : [body];
    return { items: items.map((item) => this.#branch(item)), failure: undefined };
  }

  #branch(item: Value): ScmBranch {
    const { title } = this.#client.target;
    return { name: needText(title, item, "name"), sha: needText(title, item, "commit", "commitId") };
  }

  /** https://learn.microsoft.com/rest/api/azure/devops/git/items/get */
  async hasPath({ handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const query: Query = [
      ...azureVersion,
      ["path", path],
      ["versionDescriptor.version", branch.name],
      ["versionDescriptor.versionType", "branch"],
      ["$format", "json"],
    ];
    const items = this.#repositories + urlPath`/${handle}/items`;
    return !this.#isMissing(await this.#client.ask({ path: items, query, answers: [404] }), "GitItemNotFoundException");
  }

  /** Whether a 404 says that this is missing. Throws for a 404 of another kind. */
  #isMissing(answer: RestAnswer, key: string): boolean {
    if (answer.status !== 404) return false;
    if (errorKey(answer) === key) return true;
    throw refusal(answer.what, answer.raw);
  }
}
