import { FleetError, messageOf } from "../base/errors.ts";
import type { KubeReason } from "./errors.ts";
import { KubeError } from "./errors.ts";

interface Cause {
  readonly reason: KubeReason;
  readonly text: string;
  readonly remedy?: string;
}

const trustRemedy = "give the cluster's CA, or the name in its certificate as serverName";

/** What the codes of node and undici mean for a person. */
const causes: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: { reason: "Unreachable", text: "connection refused", remedy: "check the server's address and port" },
  ECONNRESET: { reason: "Unreachable", text: "connection reset" },
  EPIPE: { reason: "Unreachable", text: "connection closed" },
  ENOTFOUND: { reason: "Unreachable", text: "no such host", remedy: "check the server's host name" },
  EAI_AGAIN: { reason: "Unreachable", text: "the host name can't be resolved now" },
  EHOSTUNREACH: { reason: "Unreachable", text: "no route to host" },
  ENETUNREACH: { reason: "Unreachable", text: "network is unreachable" },
  ETIMEDOUT: { reason: "Unreachable", text: "connection timed out" },
  UND_ERR_CONNECT_TIMEOUT: { reason: "Unreachable", text: "no connection in time" },
  UND_ERR_SOCKET: { reason: "Unreachable", text: "the server closed the connection" },
  UND_ERR_HEADERS_TIMEOUT: { reason: "Timeout", text: "no answer in time" },
  UND_ERR_BODY_TIMEOUT: { reason: "Timeout", text: "the answer stopped coming" },
  UND_ERR_RES_EXCEEDED_MAX_SIZE: { reason: "BadAnswer", text: "the answer is larger than allowed" },
  UND_ERR_ABORTED: { reason: "Aborted", text: "called off" },
  ABORT_ERR: { reason: "Aborted", text: "called off" },
  UND_ERR_DESTROYED: { reason: "Aborted", text: "the connection was closed on our side" },
  UND_ERR_CLOSED: { reason: "Aborted", text: "the connection was closed on our side" },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: "Unreachable", text: "its certificate is self-signed", remedy: trustRemedy },
  SELF_SIGNED_CERT_IN_CHAIN: { reason: "Unreachable", text: "its certificate is not trusted", remedy: trustRemedy },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: "Unreachable",
    text: "its certificate is not trusted",
    remedy: trustRemedy,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: "Unreachable",
    text: "its certificate is not trusted",
    remedy: trustRemedy,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "Unreachable",
    text: "its certificate is for another name",
    remedy: trustRemedy,
  },
  CERT_HAS_EXPIRED: { reason: "Unreachable", text: "its certificate has expired", remedy: "renew the certificate" },
};

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("name" in error && error.name === "AbortError") return "ABORT_ERR";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code !== "" && Object.hasOwn(causes, code)) return code;
  // undici and happy-eyeballs wrap what happened; the first cause that we know says it.
  const inner = "cause" in error ? codeOf(error.cause) : "";
  if (inner !== "") return inner;
  const all = "errors" in error && Array.isArray(error.errors) ? error.errors.map(codeOf) : [];
  return all.find((one) => one !== "") ?? code;
}

/** A failure below HTTP as a `KubeError`. One that is a FleetError already, such as a failed sign-in, passes unchanged. */
export function networkError(
  error: unknown,
  request: { readonly method: string; readonly path: string },
  context: { readonly server: string; readonly timedOut: boolean },
): Error {
  if (error instanceof FleetError) return error;
  const { server } = context;
  const code = codeOf(error);
  const known = Object.hasOwn(causes, code) ? causes[code] : undefined;
  const late: Cause = { reason: "Timeout", text: "the call took too long" };
  const { reason, text, remedy } =
    (context.timedOut ? late : known) ?? ({ reason: "Unreachable", text: messageOf(error) } satisfies Cause);
  const attempt = `${request.method} ${request.path.split("?")[0]}`;
  return new KubeError(reason, `${attempt} on ${server}: ${text}`, {
    details: { server, ...(remedy === undefined ? {} : { remedy }), ...(code === "" ? {} : { code }) },
    cause: error,
  });
}
