import type { ClusterStore } from "../store/cluster-store.ts";
import { AccountTokens } from "./account-tokens.ts";
import { Policy } from "./policy.ts";
import { processSigner, type TokenSigner } from "./token-signer.ts";

export interface ClusterAuthOptions {
  readonly cluster: string;
  readonly store: ClusterStore;
  readonly now: () => number;
  /** Tokens that shall outlive the process need a signer that does. */
  readonly signer: TokenSigner | undefined;
}

/** Who is who and who may do what in one logical cluster; made when first asked for. */
export class ClusterAuth {
  /** In which way each user was last let impersonate. */
  readonly lastModes = new Map<string, string>();
  readonly #options: ClusterAuthOptions;
  #policy: Policy | undefined;
  #tokens: AccountTokens | undefined;

  constructor(options: ClusterAuthOptions) {
    this.#options = options;
  }

  get policy(): Policy {
    this.#policy ??= new Policy(this.#options.store);
    return this.#policy;
  }

  get tokens(): AccountTokens {
    const { signer, ...options } = this.#options;
    this.#tokens ??= new AccountTokens({ ...options, signer: signer ?? processSigner() });
    return this.#tokens;
  }
}
