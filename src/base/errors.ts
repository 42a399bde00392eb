/** Facts about a failure, for people and for `-o json`. Never holds a secret. Lines and columns start at 1. */
export interface ErrorDetails {
  /** `Kind namespace/name` of the object at fault. */
  readonly object?: string;
  /** Field path as the Kubernetes API writes it: `spec.generators[0].list.elements[2]`. */
  readonly field?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** What to do about it, an imperative phrase. */
  readonly remedy?: string;
  readonly [fact: string]: unknown;
}

export interface FleetErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * Every failure that fleetset itself reports. One small subclass per cause, thrown where the cause is known.
 * `reason` is CamelCase and is used as it is as a condition reason and after `error: ` on the command line.
 * The message says what was attempted, on which object, and what was found: lower case, no full stop, no secret.
 */
export abstract class FleetError extends Error {
  abstract readonly reason: string;
  /** Whether trying again without a change by a person can succeed. */
  abstract readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(message: string, options: FleetErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? {};
  }
}

/** The manifest does not pass the schema: what an API server would answer with 422 Invalid. */
export class InvalidError extends FleetError {
  readonly reason = "Invalid";
  readonly retryable = false;
}

/** A generator failed: nothing may be written or deleted for the set. Reason as ApplicationSet's conditions name it. */
export class GenerationError extends FleetError {
  readonly reason = "ApplicationGenerationFromParamsError";
  readonly retryable: boolean;

  constructor(message: string, options: FleetErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.retryable = options.retryable ?? false;
  }
}

/** The template or the templatePatch failed for a row. */
export class RenderError extends FleetError {
  readonly reason = "RenderTemplateParamsError";
  readonly retryable = false;
}

/** A generated Application has no name, or a name twice, or points nowhere. */
export class ValidationError extends FleetError {
  readonly reason = "ApplicationValidationError";
  readonly retryable = false;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends FleetError {
  readonly reason = "Usage";
  readonly retryable = false;
}

/** The message of anything thrown, for wrapping into a message of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
