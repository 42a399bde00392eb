import { createHash, timingSafeEqual } from "node:crypto";
import type { User } from "./user.ts";

/** Bearer tokens by their SHA-256: the tokens themselves are not kept, and comparing takes the same time whatever differs. */
export class TokenAuthenticator {
  readonly #users: { readonly digest: Buffer; readonly user: User }[] = [];

  add(token: string, user: User): void {
    this.#users.push({ digest: digestOf(token), user });
  }

  /** The user behind an Authorization header; undefined when it names none. */
  authenticate(header: string | undefined): User | undefined {
    if (header === undefined) return undefined;
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    return this.#users.filter((entry) => timingSafeEqual(entry.digest, digest))[0]?.user;
  }
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
