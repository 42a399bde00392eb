import { createHash } from "node:crypto";
import type { User } from "./user.ts";

/** Bearer tokens by their SHA-256: the tokens themselves are not kept, and nobody can steer what a digest is compared with. */
export class TokenAuthenticator {
  readonly #users = new Map<string, User>();

  /** `digest`: `tokenDigest` of the user's token. */
  add(digest: string, user: User): void {
    this.#users.set(digest, user);
  }

  user(token: string): User | undefined {
    return this.#users.get(tokenDigest(token));
  }
}

/** The token of an Authorization header; undefined when it holds none. */
export function bearerToken(header: string): string | undefined {
  return /^bearer +(\S+)/i.exec(header)?.[1];
}

export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
