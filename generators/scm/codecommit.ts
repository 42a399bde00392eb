import pLimit from "p-limit";
import { GenerationError } from "../../src/base/errors.ts";
import { compareBytes } from "../../src/base/go-bytes.ts";
import type { Value } from "../../src/base/values.ts";
import { refusal } from "../http-answer.ts";
import { AwsClient, type AwsService, errorType } from "./aws-api.ts";
import { awsKeys } from "./aws-role.ts";
import { needText, textAt, valueAt } from "./fields.ts";
import { type Listing, listAll, pagesOf } from "./paging.ts";
import { protocolOf } from "./protocol.ts";
import type { ScmBranch, ScmProvider, ScmRepository, ScmVendor, ScmVendorSpec } from "./provider.ts";
import type { ScmSession } from "./session.ts";

const service: AwsService = { name: "codecommit", title: "CodeCommit", target: "CodeCommit_20150413" };
const tagging: AwsService = { name: "tagging", title: "AWS tagging", target: "ResourceGroupsTaggingAPI_20170126" };

const missing: ReadonlySet<string> = new Set([
  "RepositoryDoesNotExistException",
  "CommitDoesNotExistException",
  "FolderDoesNotExistException",
]);

/**
 * Repositories of AWS CodeCommit in one region. The organization is the account's number; a repository without a default
 * branch gives no row; there are no labels and no commits.
 */
export const codeCommitVendor: ScmVendor<"awsCodeCommit"> = {
  apiOf: () => undefined,
  async open(spec, protocol, session) {
    const wanted = protocolOf(protocol, ["ssh", "https", "https-fips"], session);
    const region = spec.region || session.settings.aws?.region || "";
    if (region === "") throw noRegion(`${session.at}.region`);
    const keys = await awsKeys(spec.role ?? "", region, session);
    const signer = { region, keys, tls: await session.tls({}) };
    const clients = { code: new AwsClient(service, signer, session), tags: new AwsClient(tagging, signer, session) };
    return new CodeCommitProvider(spec, wanted, clients, session);
  },
};

function noRegion(field: string): GenerationError {
  return new GenerationError(`${field} names no region`, { details: { field, remedy: "name one, or set AWS_REGION" } });
}

interface Clients {
  readonly code: AwsClient;
  readonly tags: AwsClient;
}

class CodeCommitProvider implements ScmProvider {
  readonly source: string;
  readonly #spec: ScmVendorSpec<"awsCodeCommit">;
  readonly #protocol: "ssh" | "https" | "https-fips";
  readonly #clients: Clients;
  readonly #session: ScmSession;

  constructor(
    spec: ScmVendorSpec<"awsCodeCommit">,
    protocol: "ssh" | "https" | "https-fips",
    clients: Clients,
    session: ScmSession,
  ) {
    this.source = `CodeCommit ${clients.code.rest.target.base}`;
    this.#spec = spec;
    this.#protocol = protocol;
    this.#clients = clients;
    this.#session = session;
  }

  /** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetRepository.html, once for each repository. */
  async repositories(): Promise<Listing<ScmRepository>> {
    const names = await this.#names();
    const limit = pLimit(this.#session.limits.concurrency);
    let failure = names.failure;
    const found = await Promise.all(
      names.items.map((name) =>
        limit(async () => {
          try {
            return await this.#repository(name);
          } catch (error: unknown) {
            if (!(error instanceof GenerationError)) throw error;
            failure ??= new GenerationError(`repository ${name}: ${error.message}`, error);
            return undefined;
          }
        }),
      ),
    );
    return { items: found.filter((repository) => repository !== undefined), failure };
  }

  /**
   * https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListRepositories.html, or with tags
   * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html.
   */
  #names(): Promise<Listing<string>> {
    const tags = tagFilters(this.#spec.tagFilters ?? []);
    if (tags.length === 0) {
      const fields = { items: "repositories", token: "nextToken" };
      return this.#list(this.#clients.code, "ListRepositories", {}, fields, (item) => textAt(item, "repositoryName"));
    }
    const payload = { ResourceTypeFilters: ["codecommit:repository"], TagFilters: tags };
    const fields = { items: "ResourceTagMappingList", token: "PaginationToken" };
    // arn:aws:codecommit:REGION:ACCOUNT:NAME
    const name = (item: Value) => textAt(item, "ResourceARN").split(":").slice(5).join(":");
    return this.#list(this.#clients.tags, "GetResources", payload, fields, name);
  }

  async #list(
    client: AwsClient,
    operation: string,
    payload: { readonly [field: string]: unknown },
    fields: { readonly items: string; readonly token: string },
    read: (item: Value) => string,
  ): Promise<Listing<string>> {
    const paging = client.paging(operation, payload, fields);
    const pages = pagesOf(client.rest, client.question(operation, payload), paging, this.#session.limits);
    return listAll(pages, (item) => read(item) || undefined);
  }

  async #repository(name: string): Promise<ScmRepository | undefined> {
    const { code } = this.#clients;
    const answer = await code.call("GetRepository", { repositoryName: name });
    const found = valueAt(answer.json(), "repositoryMetadata");
    const defaultBranch = textAt(found, "defaultBranch");
    if (defaultBranch === "") return undefined;
    return {
      organization: needText(answer.what, found, "accountId"),
      repository: needText(answer.what, found, "repositoryName"),
      id: needText(answer.what, found, "repositoryId"),
      url: this.#urlOf(found, answer.what),
      defaultBranch,
      labels: [],
      handle: name,
    };
  }

  /** https://docs.aws.amazon.com/codecommit/latest/userguide/regions.html#regions-git */
  #urlOf(found: Value | undefined, what: string): string {
    if (this.#protocol === "ssh") return needText(what, found, "cloneUrlSsh");
    const url = needText(what, found, "cloneUrlHttp");
    if (this.#protocol === "https" || url.startsWith("https://git-codecommit-fips.")) return url;
    if (url.startsWith("https://git-codecommit.")) return url.replace("git-codecommit.", "git-codecommit-fips.");
    throw new GenerationError(`${what} gives an address that has no FIPS form: ${url}`);
  }

  /** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListBranches.html */
  async branches({ handle, defaultBranch }: ScmRepository): Promise<Listing<ScmBranch>> {
    if (this.#spec.allBranches !== true) return { items: [{ name: defaultBranch, sha: "" }], failure: undefined };
    const { code } = this.#clients;
    const payload = { repositoryName: handle };
    const paging = code.paging("ListBranches", payload, { items: "branches", token: "nextToken" });
    const pages = pagesOf(code.rest, code.question("ListBranches", payload), paging, this.#session.limits);
    return listAll(pages, (item) => (typeof item === "string" ? { name: item, sha: "" } : undefined));
  }

  /**
   * https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFolder.html of the folder above: it tells files,
   * folders, links and submodules alike, and no content.
   */
  async hasPath({ handle }: ScmRepository, branch: ScmBranch, path: string): Promise<boolean> {
    const parts = path.split("/");
    const name = parts.pop() ?? "";
    const payload = { repositoryName: handle, commitSpecifier: branch.name, folderPath: `/${parts.join("/")}` };
    const answer = await this.#clients.code.call("GetFolder", payload, { mayFail: true });
    if (answer.status === 400) {
      if (missing.has(errorType(answer.raw))) return false;
      throw refusal(answer.what, answer.raw);
    }
    const body = answer.json();
    return ["files", "subFolders", "symbolicLinks", "subModules"].some((kind) => hasEntry(body, kind, name));
  }
}

function hasEntry(body: Value, kind: string, name: string): boolean {
  const entries = valueAt(body, kind);
  return Array.isArray(entries) && entries.some((entry) => textAt(entry, "relativePath") === name);
}

/** Filters with one key are alternatives; one without a value asks for the key alone. */
function tagFilters(filters: readonly { readonly key: string; readonly value?: string | undefined }[]) {
  const byKey = new Map<string, string[]>();
  for (const { key, value = "" } of filters) {
    const values = byKey.get(key) ?? [];
    if (value !== "") values.push(value);
    byKey.set(key, values);
  }
  return [...byKey]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, values]) => ({ Key: key, ...(values.length === 0 ? {} : { Values: values }) }));
}
