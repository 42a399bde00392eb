import type { HttpAnswer, HttpOptions, HttpQuestion } from "../../generators/ports.ts";
import { GenerationError } from "../base/errors.ts";
import { displayed } from "./http-failure.ts";

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The only headers that go to another host: every other one may be a credential. */
const harmless: ReadonlySet<string> = new Set(["accept", "user-agent"]);

export function isRedirect({ status, headers }: HttpAnswer): boolean {
  return statuses.has(status) && headers.location !== undefined;
}

/** The URL to ask. Throws a GenerationError for one that is none, is not http or https, or holds a login. */
export function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new GenerationError("it is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new GenerationError(`its protocol ${url.protocol.slice(0, -1)} is not http or https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new GenerationError("it holds a login", { details: { remedy: "put the login into a Secret" } });
  }
  url.hash = "";
  return url;
}

/** The question after a redirect. Throws a GenerationError where it may not be followed. */
export function redirected(
  question: HttpQuestion,
  answer: HttpAnswer,
  allowed: NonNullable<HttpOptions["redirects"]>,
): HttpQuestion {
  const from = new URL(question.url);
  const location = answer.headers.location ?? "";
  if (!URL.canParse(location, from.href)) throw refused("to something that is no URL");
  const to = checkedUrl(new URL(location, from.href).href);
  if (allowed === "refuse") throw refused(`to ${displayed(to.href)}`);
  const next = withMethod({ ...question, url: to.href }, answer.status);
  if (isSameHost(from, to)) return next;
  if (allowed === "sameHost") throw refused(`to ${displayed(to.href)}, which is another host`);
  if (from.protocol === "https:" && to.protocol === "http:")
    throw refused(`to ${displayed(to.href)}, which is not encrypted`);
  if (next.body !== undefined) throw refused(`what is sent to ${displayed(to.href)}, which is another host`);
  return withoutCredentials(next);
}

/** One origin, or http and https of one host on their own ports. */
function isSameHost(from: URL, to: URL): boolean {
  const isUpgrade = from.protocol === "http:" && to.protocol === "https:" && from.port === "" && to.port === "";
  return from.origin === to.origin || (isUpgrade && from.hostname === to.hostname);
}

/** As Go and browsers do: 307 and 308 repeat the question, the others ask for the place with GET. */
function withMethod(question: HttpQuestion, status: number): HttpQuestion {
  if (status === 307 || status === 308 || question.method !== "POST") return question;
  const { body: _body, ...rest } = question;
  return { ...rest, method: "GET" };
}

function withoutCredentials(question: HttpQuestion): HttpQuestion {
  const headers = Object.entries(question.headers ?? {}).filter(([name]) => harmless.has(name.toLowerCase()));
  const { clientCert: _cert, clientKey: _key, ...tls } = question.tls ?? {};
  return { ...question, headers: Object.fromEntries(headers), tls };
}

function refused(where: string): GenerationError {
  return new GenerationError(`it redirects ${where}`, { details: { remedy: "use the present URL" } });
}
