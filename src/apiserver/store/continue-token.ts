import { messageOf } from "../../base/errors.ts";
import { JsonSyntaxError, parseJsonText } from "../decode/body.ts";
import { goJsonError } from "../decode/json-error.ts";
import { badRequest } from "../status-error.ts";

/** Where the next page of a list begins, and of which version it is. */
export interface ContinueToken {
  readonly version: number;
  /** The first key of the next page, or any before it. */
  readonly start: string;
}

const tokenVersion = "meta.k8s.io/v1";

export function writeContinueToken({ version, start }: ContinueToken): string {
  const token = JSON.stringify({ v: tokenVersion, rv: version, start: `${start}\u0000` });
  return Buffer.from(token).toString("base64url");
}

export function readContinueToken(text: string): ContinueToken {
  const { v, rv, start } = parse(text);
  if (rv === 0) throw invalidToken("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  if (v !== tokenVersion) throw invalidToken(`server does not recognize this encoded version ${JSON.stringify(v)}`);
  if (typeof rv !== "number" || typeof start !== "string" || start === "") {
    throw invalidToken("encoded start key empty (version meta.k8s.io/v1)");
  }
  return { version: rv, start };
}

function parse(text: string): { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown } {
  const bytes = Buffer.from(text, "base64url");
  try {
    const value: unknown = parseJsonText(bytes.toString("latin1"));
    if (typeof value === "object" && value !== null) return value;
    throw new Error("json: cannot unmarshal into Go value of type storage.continueToken");
  } catch (error: unknown) {
    throw invalidToken(error instanceof JsonSyntaxError ? goJsonError(bytes) : messageOf(error));
  }
}

function invalidToken(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
