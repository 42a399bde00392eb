import { createHash } from "node:crypto";
import { isSuccess, jsonOf, refusal } from "../../../generators/http-answer.ts";
import type { HttpAnswer, HttpOptions, HttpPort, HttpQuestion, HttpTls } from "../../../generators/ports.ts";
import type { Clock } from "../../base/clock.ts";
import { GenerationError } from "../../base/errors.ts";
import { isExcepted, proxyExceptions } from "../../base/no-proxy.ts";
import { isMap, own } from "../../base/values.ts";
import { type GitCredentials, secretTextsOf } from "../../git/credentials.ts";
import { parseChallenge } from "./challenge.ts";
import type { OciRepository } from "./reference.ts";

/** What a registry took for a login, until it runs out. */
interface Accepted {
  readonly authorization: string;
  readonly until: number;
}

/** Logins by whom they are for. They outlive a session, so that not every evaluation asks for a token. */
export type LoginStore = Map<string, Accepted>;

export interface SessionOptions {
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly logins: LoginStore;
  readonly credentials: GitCredentials | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Without a word from the authority a token lasts a minute, as the distribution specification has it. */
const defaultTokenSeconds = 60;
const slackMs = 10_000;
const maxTokenBytes = 1 << 20;

/** Asks one repository of a registry, and logs in the way that the registry wants. */
export class OciSession {
  readonly #repository: OciRepository;
  readonly #options: SessionOptions;
  readonly #origin: string;

  constructor(repository: OciRepository, options: SessionOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#origin = `${options.credentials?.isPlainHttp === true ? "http" : "https"}://${repository.host}`;
  }

  /** `manifests/TAG`, `tags/list`, …, or a whole path that the registry named. Any status but 401 is an answer. */
  async ask(path: string, question: Partial<HttpQuestion>, options: HttpOptions): Promise<HttpAnswer> {
    const url = path.startsWith("/") ? `${this.#origin}${path}` : `${this.#origin}/v2/${this.#repository.name}/${path}`;
    const send = (authorization: string | undefined): Promise<HttpAnswer> =>
      this.#send({ ...question, url }, authorization, options);
    const answer = await send(this.#known());
    // What another host answers after a redirect is no challenge of the registry's.
    if (answer.status !== 401 || options.redirects === "anyHost") return answer;
    return send(await this.#logIn(answer));
  }

  /** The error for an answer that is none. */
  refuse(what: string, answer: HttpAnswer): GenerationError {
    return refusal(`registry ${this.#repository.host}: ${what}`, answer, { secrets: this.#secrets() });
  }

  #secrets(): readonly string[] {
    const accepted = this.#options.logins.get(this.#key())?.authorization.replace(/^\w+ /, "") ?? "";
    return [...secretTextsOf(this.#options.credentials), accepted];
  }

  #send(question: HttpQuestion, authorization: string | undefined, options: HttpOptions): Promise<HttpAnswer> {
    const login = authorization === undefined ? {} : { authorization };
    const { http, signal } = this.#options;
    return http.request(
      { ...question, headers: { ...question.headers, ...login }, ...this.#connection(new URL(question.url).hostname) },
      { ...options, signal },
    );
  }

  #connection(host: string): Pick<HttpQuestion, "tls" | "proxy"> {
    const { tlsAuthorities, tlsClientCert, tlsClientKey, isInsecure, proxy, noProxy } = this.#options.credentials ?? {};
    const tls: HttpTls = {
      ...(tlsAuthorities === undefined ? {} : { authorities: tlsAuthorities }),
      ...(tlsClientCert === undefined ? {} : { clientCert: tlsClientCert }),
      ...(tlsClientKey === undefined ? {} : { clientKey: tlsClientKey }),
      ...(isInsecure === undefined ? {} : { isInsecure }),
    };
    return { tls, proxy: isExcepted(host, proxyExceptions(noProxy ?? "")) ? undefined : proxy };
  }

  #known(): string | undefined {
    const { logins, clock, credentials } = this.#options;
    const accepted = logins.get(this.#key());
    if (accepted !== undefined && accepted.until > clock.now()) return accepted.authorization;
    return credentials?.bearerToken === undefined ? undefined : `Bearer ${credentials.bearerToken}`;
  }

  /** A login is for one repository and for those who hold the same credentials. */
  #key(): string {
    const { username = "", password = "" } = this.#options.credentials ?? {};
    const facts = JSON.stringify([this.#origin, this.#repository.name, username, password]);
    return createHash("sha256").update(facts).digest("hex");
  }

  async #logIn(answer: HttpAnswer): Promise<string | undefined> {
    const challenge = parseChallenge(own(answer.headers, "www-authenticate") ?? "");
    const basic = this.#basic();
    if (challenge?.scheme === "bearer") return this.#fetchToken(challenge.parameters, basic);
    if (basic === undefined) throw this.refuse("wants a login", answer);
    return this.#accept(basic, Number.POSITIVE_INFINITY);
  }

  #accept(authorization: string, until: number): string {
    this.#options.logins.set(this.#key(), { authorization, until });
    return authorization;
  }

  #basic(): string | undefined {
    const { username = "", password } = this.#options.credentials ?? {};
    return password === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }

  async #fetchToken(parameters: ReadonlyMap<string, string>, basic: string | undefined): Promise<string> {
    const realm = this.#realm(parameters.get("realm") ?? "");
    const service = parameters.get("service");
    if (service !== undefined) realm.searchParams.set("service", service);
    realm.searchParams.set("scope", parameters.get("scope") ?? `repository:${this.#repository.name}:pull`);
    const options = { maxBytes: maxTokenBytes };
    const answer = await this.#send({ url: realm.href }, basic, options);
    if (!isSuccess(answer)) throw this.refuse(`its authority ${realm.host}`, answer);
    const body = jsonOf(`the authority ${realm.host} of the registry ${this.#repository.host}`, answer);
    const token = isMap(body) ? (own(body, "token") ?? own(body, "access_token")) : undefined;
    if (!isMap(body) || typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
      throw new GenerationError(`the authority ${realm.host} of the registry ${this.#repository.host} gives no token`);
    }
    const seconds = Number(own(body, "expires_in") ?? defaultTokenSeconds) || defaultTokenSeconds;
    return this.#accept(`Bearer ${token}`, this.#options.clock.now() + seconds * 1_000 - slackMs);
  }

  /**
   * Who gives tokens. The registry names it, and could have asked for the login itself; but the login may not become
   * readable on its way there.
   */
  #realm(text: string): URL {
    const realm = URL.canParse(text) ? new URL(text) : undefined;
    const isSafe = realm?.protocol === "https:" || (realm?.protocol === "http:" && this.#origin.startsWith("http:"));
    if (realm !== undefined && isSafe) return realm;
    throw new GenerationError(
      `the registry ${this.#repository.host} sends us for a token to a place that is not https`,
    );
  }
}
