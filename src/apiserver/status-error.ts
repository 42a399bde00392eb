import { FleetError } from "../base/errors.ts";

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** `v1` Status as a client gets it. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

interface Failure {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: StatusDetails;
  /** `metadata.continue` of an expired list. */
  readonly continueToken?: string;
}

/** An answer other than success, in Kubernetes' words: whoever throws one has decided what the client reads. */
export class StatusError extends FleetError {
  readonly reason: string;
  readonly retryable: boolean;
  readonly code: number;
  readonly #failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.#failure = failure;
    this.code = failure.code;
    this.reason = failure.reason ?? "";
    this.retryable = failure.code === 409 || failure.code === 429 || failure.code >= 500;
  }

  get causes(): readonly StatusCause[] {
    return this.#failure.details?.causes ?? [];
  }

  get status(): Status {
    const { code, reason, message, details, continueToken } = this.#failure;
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: continueToken === undefined ? {} : { continue: continueToken },
      status: "Failure",
      message,
      ...(reason !== undefined && { reason }),
      ...(details !== undefined && { details }),
      code,
    };
  }
}

/** What a message names: `deployments.apps`. */
export interface ResourceRef {
  readonly group: string;
  readonly plural: string;
}

export interface KindRef {
  readonly group: string;
  readonly kind: string;
}

export function resourceText({ group, plural }: ResourceRef): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function resourceDetails({ group, plural }: ResourceRef, name: string): StatusDetails {
  return { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: plural };
}

export function notFound(resource: ResourceRef, name: string): StatusError {
  const message = `${resourceText(resource)} ${JSON.stringify(name)} not found`;
  return new StatusError({ code: 404, reason: "NotFound", message, details: resourceDetails(resource, name) });
}

export function alreadyExists(resource: ResourceRef, name: string): StatusError {
  const message = `${resourceText(resource)} ${JSON.stringify(name)} already exists`;
  return new StatusError({ code: 409, reason: "AlreadyExists", message, details: resourceDetails(resource, name) });
}

export const staleObject =
  "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(resource: ResourceRef, name: string, why: string = staleObject): StatusError {
  const message = `Operation cannot be fulfilled on ${resourceText(resource)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError({ code: 409, reason: "Conflict", message, details: resourceDetails(resource, name) });
}

/** Server-side apply met fields of other managers. */
export function applyConflict(causes: readonly StatusCause[], message: string): StatusError {
  return new StatusError({ code: 409, reason: "Conflict", message, details: { causes } });
}

export function forbidden(resource: ResourceRef, name: string, why: string): StatusError {
  const subject = name === "" ? "" : ` ${JSON.stringify(name)}`;
  const message = `${resourceText(resource)}${subject} is forbidden: ${why}`;
  return new StatusError({ code: 403, reason: "Forbidden", message, details: resourceDetails(resource, name) });
}

export function badRequest(message: string): StatusError {
  return new StatusError({ code: 400, reason: "BadRequest", message });
}

export function unauthorized(): StatusError {
  return new StatusError({ code: 401, reason: "Unauthorized", message: "Unauthorized" });
}

/** A failure that Kubernetes reports without a reason: code 500 and the bare message. */
export function plainError(message: string): StatusError {
  return new StatusError({ code: 500, message });
}

export function internalError(message: string): StatusError {
  const details = { causes: [{ message }] };
  return new StatusError({
    code: 500,
    reason: "InternalError",
    message: `Internal error occurred: ${message}`,
    details,
  });
}

export function expired(message: string, continueToken?: string): StatusError {
  return new StatusError({
    code: 410,
    reason: "Expired",
    message,
    ...(continueToken !== undefined && { continueToken }),
  });
}

export function methodNotSupported({ group, plural }: ResourceRef, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${resourceText({ group, plural })}"`;
  return new StatusError({
    code: 405,
    reason: "MethodNotAllowed",
    message,
    details: { ...(group !== "" && { group }), kind: plural },
  });
}

/** A path that names a resource which this server does not have, or a verb on a path that takes none. */
export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError({ code: 405, reason: "MethodNotAllowed", message, details: {} });
}

export function resourceMissing(): StatusError {
  const message = "the server could not find the requested resource";
  return new StatusError({ code: 404, reason: "NotFound", message, details: {} });
}

export function unsupportedMediaType(message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    code: 415,
    reason: "UnsupportedMediaType",
    message,
    ...(details !== undefined && { details }),
  });
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(", ")}`;
  return new StatusError({ code: 406, reason: "NotAcceptable", message });
}

export function tooLarge(limit: number): StatusError {
  const message = `Request entity too large: limit is ${limit}`;
  return new StatusError({ code: 413, reason: "RequestEntityTooLarge", message });
}

export function timeout(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError({ code: 504, reason: "Timeout", message, details: { retryAfterSeconds } });
}
