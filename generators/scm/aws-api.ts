import { GenerationError } from "../../src/base/errors.ts";
import type { Value } from "../../src/base/values.ts";
import type { HttpAnswer, HttpTls } from "../ports.ts";
import { signedHeaders } from "./aws-signature.ts";
import { needList, textAt } from "./fields.ts";
import type { Paging } from "./paging.ts";
import type { RestAnswer, RestClient, RestQuestion } from "./rest.ts";
import type { ScmSession } from "./session.ts";
import type { AwsKeys } from "./settings.ts";
import { baseUrl, textOfBase } from "./url-path.ts";

type Payload = { readonly [field: string]: unknown };

/** A service of AWS that speaks its JSON protocol, version 1.1. */
export interface AwsService {
  /** As in addresses and signatures: `codecommit`. */
  readonly name: "codecommit" | "tagging";
  readonly title: string;
  /** Before the name of an operation in X-Amz-Target: `CodeCommit_20150413`. */
  readonly target: string;
}

/** Who signs, and for where. */
export interface AwsSigner {
  readonly region: string;
  readonly keys: AwsKeys;
  readonly tls: HttpTls | undefined;
}

/** Within a minute the same operation is signed the same, so that its answer is found again. */
const signingStepMs = 60_000;

const throttled: ReadonlySet<string> = new Set(["ThrottlingException", "Throttling", "TooManyRequestsException"]);

/** One service of one account and region. */
export class AwsClient {
  readonly rest: RestClient;
  readonly #service: AwsService;
  readonly #account: AwsSigner;
  readonly #session: ScmSession;

  constructor(service: AwsService, account: AwsSigner, session: ScmSession) {
    const { region, keys, tls } = account;
    this.#service = service;
    this.#account = account;
    this.#session = session;
    const given = session.settings.endpoints?.[service.name] || addressOf(service.name, region);
    this.rest = session.client({
      title: service.title,
      base: textOfBase(baseUrl(given, `the endpoint of ${service.title}`)),
      headers: { "content-type": "application/x-amz-json-1.1" },
      secrets: [keys.secretAccessKey, keys.sessionToken ?? ""],
      tls,
      isBusy: (answer) => answer.status === 400 && throttled.has(errorType(answer)),
    });
  }

  /** The answer to an operation. 400 is an answer too, where `mayFail`; `errorType` tells which. */
  call(operation: string, payload: Payload, { mayFail = false } = {}): Promise<RestAnswer> {
    return this.rest.ask({ ...this.question(operation, payload), ...(mayFail ? { answers: [400] } : {}) });
  }

  question(operation: string, payload: Payload): RestQuestion {
    const { headers, base } = this.rest.target;
    const body = JSON.stringify(payload);
    const now = Math.floor(this.#session.clock.now() / signingStepMs) * signingStepMs;
    const named = { ...headers, "x-amz-target": `${this.#service.target}.${operation}` };
    const asked = { url: `${base}/`, region: this.#account.region, service: this.#service.name, headers: named, body };
    return { method: "POST", path: "/", body, headers: signedHeaders(asked, this.#account.keys, now) };
  }

  /** Pages of an operation: a list under a field, and a token for the next one under another. */
  paging(operation: string, payload: Payload, fields: { readonly items: string; readonly token: string }): Paging {
    return (answer) => {
      const body: Value = answer.json();
      const token = textAt(body, fields.token);
      const next = token === "" ? undefined : this.question(operation, { ...payload, [fields.token]: token });
      return { items: needList(answer.what, body, fields.items), next };
    };
  }
}

/** The public address of a service in a region. Throws a GenerationError for a region that can be none. */
export function addressOf(name: string, region: string): string {
  if (!/^[a-z0-9-]{1,40}$/.test(region)) {
    throw new GenerationError(`${JSON.stringify(region)} is no region of AWS`, {
      details: { remedy: "write for example eu-central-1" },
    });
  }
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${name}.${region}.${domain}`;
}

/** The name of the error that AWS tells: `RepositoryDoesNotExistException`. */
export function errorType(answer: Pick<HttpAnswer, "text">): string {
  try {
    const body = JSON.parse(answer.text()) as Value;
    return textAt(body, "__type").replace(/^.*#/, "");
  } catch {
    // What is no JSON tells no name.
    return "";
  }
}
