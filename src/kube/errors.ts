import type { FleetErrorOptions } from "../base/errors.ts";
import { FleetError } from "../base/errors.ts";

/**
 * Why an API server refused, in the words of `metav1.StatusReason` where there is one. `Unreachable`: no answer at all
 * (refused, reset, no such host, TLS). `Timeout`: no answer in time. `BadAnswer`: an answer that is not of the API.
 */
export type KubeReason =
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Invalid"
  | "BadRequest"
  | "Forbidden"
  | "Unauthorized"
  | "Expired"
  | "TooManyRequests"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "UnsupportedMediaType"
  | "RequestEntityTooLarge"
  | "InternalError"
  | "ServiceUnavailable"
  | "Timeout"
  | "Unreachable"
  | "BadAnswer"
  | "Aborted";

export interface KubeErrorOptions extends FleetErrorOptions {
  /** The HTTP status; 0 when there was no answer. */
  readonly code?: number;
  /** How long the server asked to wait before another try. */
  readonly retryAfterMs?: number;
}

const retryableReasons: ReadonlySet<KubeReason> = new Set<KubeReason>([
  "Conflict",
  "TooManyRequests",
  "InternalError",
  "ServiceUnavailable",
  "Timeout",
  "Unreachable",
  "BadAnswer",
  "Expired",
]);

/** What a call to an API server ended with. `details.object` names the object, `details.server` the cluster; no secret. */
export class KubeError extends FleetError {
  readonly reason: KubeReason;
  readonly retryable: boolean;
  readonly code: number;
  readonly retryAfterMs: number | undefined;

  constructor(reason: KubeReason, message: string, options: KubeErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.retryable = retryableReasons.has(reason);
    this.code = options.code ?? 0;
    this.retryAfterMs = options.retryAfterMs;
  }
}

function is(error: unknown, ...reasons: readonly KubeReason[]): boolean {
  return error instanceof KubeError && reasons.includes(error.reason);
}

export function isNotFound(error: unknown): boolean {
  return is(error, "NotFound");
}

export function isAlreadyExists(error: unknown): boolean {
  return is(error, "AlreadyExists");
}

export function isConflict(error: unknown): boolean {
  return is(error, "Conflict");
}

/** The resourceVersion or the continue token is older than what the server keeps: list again. */
export function isExpired(error: unknown): boolean {
  return is(error, "Expired");
}

/** There was no answer at all: another call would not do better. A status of the API, 503 and 504 too, is an answer. */
export function isUnreachable(error: unknown): boolean {
  return is(error, "Unreachable", "Timeout") && (error as KubeError).code === 0;
}

/** The cluster does not accept who we are. */
export function isUnauthorized(error: unknown): boolean {
  return is(error, "Unauthorized");
}

export function isAborted(error: unknown): boolean {
  return is(error, "Aborted");
}

/** The answer of a call, or undefined where the object does not exist. */
export async function ignoreNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error: unknown) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
