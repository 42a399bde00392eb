import type { RestTarget } from "./rest.ts";

/** The address of the public service. */
export const bitbucketApi = "https://api.bitbucket.org/2.0";

/** Bitbucket Cloud's REST API (https://developer.atlassian.com/cloud/bitbucket/rest/) without credentials yet. */
export function bitbucketTarget(base: string): RestTarget {
  return { title: "Bitbucket", base, headers: { accept: "application/json" }, secrets: [] };
}
