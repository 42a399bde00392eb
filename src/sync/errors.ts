import { FleetError } from "../base/errors.ts";

/** The Application's own spec can't be carried out: Argo CD's condition of that name. */
export class InvalidSpecError extends FleetError {
  readonly reason = "InvalidSpecError";
  readonly retryable = false;
}

/** What the Application asks for can't be told, so that nothing is compared and nothing touched. */
export class ComparisonError extends FleetError {
  readonly reason = "ComparisonError";
  readonly retryable = false;
}

/** A member that can't be worked with now; `retryAfterMs` until it is tried again. */
export class MemberUnreachableError extends FleetError {
  readonly reason = "ClusterUnreachable";
  readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options: { readonly cause?: unknown; readonly cluster: string }) {
    const { cause, cluster } = options;
    super(message, { details: { object: `cluster ${cluster}` }, ...(cause === undefined ? {} : { cause }) });
    this.retryAfterMs = retryAfterMs;
  }
}
