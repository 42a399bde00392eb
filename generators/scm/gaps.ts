import type { GenerationError } from "../../src/base/errors.ts";
import type { Completeness, Gap } from "../completeness.ts";

/** What could not be read, as gaps; the first of many one by one, the rest counted. `at` is the generator's field path. */
export function gapsOf(failures: readonly GenerationError[], at: string, maxGaps: number): readonly Gap[] {
  const told = failures.slice(0, maxGaps).map((error) => gapOf(error, at));
  const rest = failures.slice(maxGaps);
  if (rest.length === 0) return told;
  const retryable = rest.some((error) => error.retryable);
  const message = `${rest.length} more could not be read`;
  return [...told, { at, reason: "Unreadable", message, retryable }];
}

/** Anything that could not be read makes an expansion partial. */
export function completenessOf(failures: readonly GenerationError[]): Completeness {
  return failures.length === 0 ? "complete" : "partial";
}

function gapOf({ details, message, retryable }: GenerationError, at: string): Gap {
  return { at, reason: reasonOf(details), message, retryable, ...retryAfterOf(details) };
}

/** When to ask again, where it is said. */
export function retryAfterOf({ retryAfterSeconds }: GenerationError["details"]): Pick<Gap, "retryAfterSeconds"> {
  return typeof retryAfterSeconds === "number" ? { retryAfterSeconds } : {};
}

function reasonOf({ status, retryAfterSeconds }: GenerationError["details"]): string {
  if (status === 429 || retryAfterSeconds !== undefined) return "RateLimited";
  if (status === 401 || status === 403) return "Forbidden";
  if (status === 404) return "NotFound";
  return "Unreadable";
}
