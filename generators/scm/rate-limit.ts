import { own } from "../../src/base/values.ts";
import { retryAfterSeconds } from "../http-answer.ts";
import type { HttpAnswer } from "../ports.ts";

/** Beyond this a number is a moment in seconds since 1970 and not a duration. */
const firstMoment = 1_000_000_000;

/** Some slack for clocks that differ. */
const slackMs = 1_000;

/**
 * When the provider wants to be asked again, in milliseconds since 1970: by Retry-After, else by the reset of a quota
 * that is used up. Reads the headers of GitHub (`x-ratelimit-*`, also Azure DevOps) and GitLab (`ratelimit-*`). Undefined
 * when the answer does not say.
 */
export function busyUntil(answer: HttpAnswer, nowMs: number): number | undefined {
  const seconds = retryAfterSeconds(answer, nowMs);
  if (seconds !== undefined && !isSuccessful(answer)) return nowMs + seconds * 1_000;
  return usedUpUntil(answer, nowMs);
}

/** When a quota that this answer used up is there again; undefined while some is left. */
export function usedUpUntil({ headers }: HttpAnswer, nowMs: number): number | undefined {
  for (const prefix of ["x-ratelimit", "ratelimit"]) {
    if (own(headers, `${prefix}-remaining`)?.trim() !== "0") continue;
    const reset = Number(own(headers, `${prefix}-reset`) ?? "");
    if (!(reset > 0)) continue;
    const atMs = reset >= firstMoment ? reset * 1_000 : nowMs + reset * 1_000;
    if (atMs > nowMs) return atMs + slackMs;
  }
  return undefined;
}

/**
 * Whether the answer says that there were too many questions: 429, or GitHub's 403 with a used up quota, a Retry-After
 * or words about a rate limit (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export function isTooMany(answer: HttpAnswer, nowMs: number): boolean {
  if (answer.status === 429) return true;
  if (answer.status !== 403) return false;
  return busyUntil(answer, nowMs) !== undefined || /rate limit/i.test(answer.text().slice(0, 2_000));
}

function isSuccessful({ status }: HttpAnswer): boolean {
  return status < 400;
}
