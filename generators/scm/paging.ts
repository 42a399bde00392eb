import { canonicalJson } from "../../src/base/canonical.ts";
import { GenerationError } from "../../src/base/errors.ts";
import type { Value } from "../../src/base/values.ts";
import { fingerprint } from "../fingerprint.ts";
import { needList, textAt, valueAt } from "./fields.ts";
import type { ScmLimits } from "./limits.ts";
import type { RestAnswer, RestClient, RestQuestion } from "./rest.ts";
import { type Query, queryOf } from "./url-path.ts";

/** One page of a listing, and how to ask for the next one; undefined after the last. */
export interface Page {
  readonly items: readonly Value[];
  readonly next: RestQuestion | undefined;
}

/** How a vendor pages: reads an answer to a question. */
export type Paging = (answer: RestAnswer, question: RestQuestion) => Page;

/**
 * The pages of a listing. Throws a GenerationError at a page that fails, at the limits, and at a page that is the one
 * before again. Pages that were kept and pages that were not are never mixed: what moved from one to the other in
 * between would be lost.
 */
export async function* pagesOf(
  client: RestClient,
  question: RestQuestion,
  paging: Paging,
  limits: ScmLimits,
): AsyncGenerator<readonly Value[]> {
  const first = await client.ask(question);
  const kept = first.isKept ? await keptPages(client, { question, first, paging, limits, isFresh: false }) : undefined;
  if (kept !== undefined) return yield* kept;
  const answer = first.isKept ? await client.ask({ ...question, isFresh: true }) : first;
  for await (const { items } of walk(client, { question, first: answer, paging, limits, isFresh: true })) yield items;
}

interface Walk {
  readonly question: RestQuestion;
  readonly first: RestAnswer;
  readonly paging: Paging;
  readonly limits: ScmLimits;
  /** Whether the pages after the first are asked for where kept ones would do. */
  readonly isFresh: boolean;
}

/** All pages when each was kept and they are of one reading; undefined otherwise. */
async function keptPages(client: RestClient, walked: Walk): Promise<(readonly Value[])[] | undefined> {
  const pages: (readonly Value[])[] = [];
  let newest = 0;
  try {
    for await (const { items, answer } of walk(client, walked)) {
      const sentAt = Date.parse(answer.headers.date ?? "");
      // A page that is older than the one before comes from an earlier reading, as one that broke off leaves behind.
      if (!answer.isKept || sentAt < newest) return undefined;
      newest = Math.max(newest, sentAt || 0);
      pages.push(items);
    }
    return pages;
  } catch (error: unknown) {
    // The reading from the start will tell what is wrong, and give the pages before it.
    if (error instanceof GenerationError) return undefined;
    throw error;
  }
}

async function* walk(
  client: RestClient,
  { question: asked, first, paging, limits, isFresh }: Walk,
): AsyncGenerator<{ readonly items: readonly Value[]; readonly answer: RestAnswer }> {
  let question = asked;
  let answer = first;
  let before = "";
  let count = 0;
  for (let page = 1; ; page++) {
    const { items, next } = paging(answer, question);
    const digest = fingerprint(canonicalJson(items));
    if (page > 1 && items.length > 0 && digest === before) {
      throw endless(answer, `page ${page} is the one before again`);
    }
    count += items.length;
    if (count > limits.maxItems) throw endless(answer, `there are more than ${limits.maxItems} items`);
    yield { items, answer };
    if (next === undefined) return;
    if (page >= limits.maxPages) throw endless(answer, `there are more than ${limits.maxPages} pages`);
    before = digest;
    question = isFresh ? { ...next, isFresh } : next;
    answer = await client.ask(question);
  }
}

function endless({ what }: RestAnswer, why: string): GenerationError {
  return new GenerationError(`${what}: ${why}`, { details: { remedy: "ask for fewer, or look at the provider" } });
}

/**
 * Pages that a Link header leads through, as GitHub and Gitea have them. Only the parameters of the next address are used:
 * the host and the path stay ours, so that no credential goes where a header says.
 */
export const byLinkHeader: Paging = (answer, question) => ({
  items: needList(answer.what, answer.json()),
  next: withQuery(question, nextLink(answer)),
});

/** Pages of GitLab: X-Next-Page, and the Link header where very large listings have only that. */
export const byNextPageHeader: Paging = (answer, question) => {
  const page = answer.headers["x-next-page"]?.trim() ?? "";
  const next = page === "" ? nextLink(answer) : setParameter(question.query ?? [], "page", page);
  return { items: needList(answer.what, answer.json()), next: withQuery(question, next) };
};

/** Pages of Bitbucket Cloud: `values`, and the address of the next page in the body. */
export const byNextField: Paging = (answer, question) => {
  const body = answer.json();
  const next = textAt(body, "next");
  return { items: needList(answer.what, body, "values"), next: withQuery(question, queryOrNone(next)) };
};

/** Pages of Bitbucket Server: `values`, `isLastPage` and `nextPageStart`. */
export const byNextStart: Paging = (answer, question) => {
  const body = answer.json();
  const start = valueAt(body, "nextPageStart");
  const isLast = valueAt(body, "isLastPage") !== false || typeof start !== "number";
  const next = isLast ? undefined : setParameter(question.query ?? [], "start", String(start));
  return { items: needList(answer.what, body, "values"), next: withQuery(question, next) };
};

/** Pages of Azure DevOps: `value`, and as many to skip as were read; the last page is not full. */
export const bySkip =
  (pageSize: number): Paging =>
  (answer, question) => {
    const items = needList(answer.what, answer.json(), "value");
    const query = question.query ?? [];
    const skipped = Number(query.find(([name]) => name === "$skip")?.[1] ?? 0);
    const next = items.length < pageSize ? undefined : setParameter(query, "$skip", String(skipped + items.length));
    return { items, next: withQuery(question, next) };
  };

function withQuery(question: RestQuestion, query: Query | undefined): RestQuestion | undefined {
  return query === undefined ? undefined : { ...question, query };
}

function setParameter(query: Query, name: string, value: string): Query {
  return [...query.filter(([known]) => known !== name), [name, value]];
}

function queryOrNone(url: string): Query | undefined {
  return url === "" ? undefined : queryOf(url);
}

/** https://www.rfc-editor.org/rfc/rfc8288: `<https://…?page=2>; rel="next", <…>; rel="last"`. */
function nextLink({ headers }: RestAnswer): Query | undefined {
  for (const link of (headers.link ?? "").split(/,(?=\s*<)/)) {
    const url = /^\s*<([^>]*)>/.exec(link)?.[1];
    if (url !== undefined && /;\s*rel="?(?:[^"]*\s)?next(?:\s[^"]*)?"?/i.test(link)) return queryOf(url);
  }
  return undefined;
}

/** What was listed, and what kept the rest away. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly failure: GenerationError | undefined;
}

/**
 * All items of a listing. A first page that fails is an error; a later one ends the listing, which says so. `read` turns
 * an item into what it stands for, or undefined to leave it out.
 */
export async function listAll<T>(
  pages: AsyncIterable<readonly Value[]>,
  read: (item: Value) => T | undefined,
): Promise<Listing<T>> {
  const items: T[] = [];
  let count = 0;
  try {
    for await (const page of pages) {
      for (const item of page) {
        const found = read(item);
        if (found !== undefined) items.push(found);
      }
      count++;
    }
  } catch (error: unknown) {
    if (count === 0 || !(error instanceof GenerationError)) throw error;
    return { items, failure: error };
  }
  return { items, failure: undefined };
}
