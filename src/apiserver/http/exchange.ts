import type { IncomingMessage, ServerResponse } from "node:http";
import type { TokenVerdict } from "../auth/account-tokens.ts";
import type { User } from "../auth/user.ts";
import type { LogicalCluster } from "../cluster.ts";
import type { ServerExtensions } from "../resources.ts";

/** One request to one logical cluster, read as far as its head. */
export interface Exchange {
  readonly cluster: LogicalCluster;
  readonly user: User;
  /** Whose a token is, and whether it is meant for these audiences; undefined for none that is known. */
  readonly authenticate: (token: string, audiences?: readonly string[]) => TokenVerdict | undefined;
  readonly method: string;
  /** Within the cluster, raw. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: ServerLimits;
  readonly extensions: ServerExtensions;
  /** Ends when the server closes: watches end with it. */
  readonly closing: AbortSignal;
  readonly warnings: string[];
}

export interface ServerLimits {
  readonly maxBodyBytes: number;
  /** How long a client may take to send the head, or the whole request. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A watcher that has this much unread is cut off: it would hold all later events in memory. */
  readonly maxWatchBacklogBytes: number;
  /** Watches that name no timeout end after this long. */
  readonly watchTimeoutMs: number;
  /** How often a quiet watch that asked for bookmarks gets one. */
  readonly bookmarkIntervalMs: number;
  /** How long a read waits for a version that is not there yet. */
  readonly versionWaitMs: number;
}

export const defaultLimits: ServerLimits = {
  maxBodyBytes: 3 * 1024 * 1024,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  maxWatchBacklogBytes: 32 * 1024 * 1024,
  watchTimeoutMs: 45 * 60_000,
  bookmarkIntervalMs: 60_000,
  versionWaitMs: 3_000,
};
