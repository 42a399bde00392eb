import { redactText } from "../base/log.ts";
import type { KubeReason } from "./errors.ts";
import { KubeError } from "./errors.ts";

/** What a failed answer was about, for its message. */
export interface Attempt {
  /** The verb as a person says it: `get`, `apply`. */
  readonly verb: string;
  /** As `describeRef` writes it. */
  readonly object: string;
  readonly server: string;
  /** Secrets are named but never quoted: an API server repeats refused values in its messages. */
  readonly isSecret: boolean;
}

interface Status {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly details?: unknown;
}

const reasonByCode: Readonly<Record<number, KubeReason>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  406: "NotAcceptable",
  409: "Conflict",
  410: "Expired",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

const reasonByStatus: Readonly<Record<string, KubeReason>> = {
  AlreadyExists: "AlreadyExists",
  Gone: "Expired",
  Expired: "Expired",
  ServerTimeout: "ServiceUnavailable",
  Timeout: "Timeout",
};

const remedies: Partial<Record<KubeReason, string>> = {
  Unauthorized: "check the credentials of the cluster",
  Forbidden: "give the account the permission that the message names",
};

/** Reasons whose messages name the object and never its content. */
const quotesNothing: ReadonlySet<KubeReason> = new Set<KubeReason>([
  "NotFound",
  "AlreadyExists",
  "Conflict",
  "Forbidden",
  "Unauthorized",
  "Expired",
  "TooManyRequests",
]);

const maxMessageLength = 1_500;

function fieldsOf(details: unknown): string[] {
  if (typeof details !== "object" || details === null || !("causes" in details)) return [];
  const causes = Array.isArray(details.causes) ? details.causes : [];
  return causes.flatMap((cause: { field?: unknown }) => (typeof cause?.field === "string" ? [cause.field] : []));
}

function reasonOf(code: number, status: Status): KubeReason {
  const named = typeof status.reason === "string" ? status.reason : "";
  if (Object.hasOwn(reasonByStatus, named)) return reasonByStatus[named] as KubeReason;
  if (Object.hasOwn(reasonByCode, code)) return reasonByCode[code] as KubeReason;
  return code >= 500 ? "ServiceUnavailable" : "BadAnswer";
}

function words(status: Status, attempt: Attempt, reason: KubeReason): string {
  const fields = fieldsOf(status.details);
  if (attempt.isSecret && !quotesNothing.has(reason)) {
    return fields.length > 0 ? `refused in ${fields.join(", ")}` : "refused";
  }
  const said = typeof status.message === "string" && status.message !== "" ? status.message : reason;
  return redactText(said.slice(0, maxMessageLength));
}

export function parseStatus(body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    // A proxy's HTML page, for instance: the HTTP status says all that is known.
    return {};
  }
}

/** The wait in a Retry-After header, seconds or a date; undefined without one. */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** The `KubeError` for a failed answer, or for the Status object of a watch's ERROR event. */
export function statusError(code: number, status: Status, attempt: Attempt, waitMs?: number): KubeError {
  const reason = reasonOf(code, status);
  const remedy = remedies[reason];
  const fields = fieldsOf(status.details);
  return new KubeError(
    reason,
    `${attempt.verb} ${attempt.object} on ${attempt.server}: ${words(status, attempt, reason)}`,
    {
      code,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
      details: {
        object: attempt.object,
        server: attempt.server,
        ...(fields[0] === undefined ? {} : { field: fields[0] }),
        ...(remedy === undefined ? {} : { remedy }),
      },
    },
  );
}
