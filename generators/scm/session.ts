import { type Clock, systemClock } from "../../src/base/clock.ts";
import { GenerationError } from "../../src/base/errors.ts";
import type { GenerateContext } from "../generator.ts";
import type { HttpTls } from "../ports.ts";
import { caText, type SecretRef, secretText } from "./credentials.ts";
import { defaultScmLimits, type ScmLimits } from "./limits.ts";
import { RestClient, type RestTarget } from "./rest.ts";
import type { ScmSettings, TokenVendor } from "./settings.ts";

/** The parts of both generators' specs that do not depend on the vendor. */
interface ScmSpec {
  readonly requeueAfterSeconds?: number | undefined;
}

const halfAnHour = 1_800;

/** Answers are too old a little before the generator looks again, so that it does look. */
const shareOfInterval = 0.9;

/** What a vendor gets to open its API: the set's Secrets and ConfigMaps, and clients that keep to the limits. */
export class ScmSession {
  /** Field path of the vendor's block: `spec.generators[0].scmProvider.github`. */
  readonly at: string;
  readonly context: GenerateContext;
  readonly settings: ScmSettings;
  readonly limits: ScmLimits;
  readonly clock: Clock;
  readonly #keepSeconds: number;

  constructor(vendor: string, spec: ScmSpec, context: GenerateContext) {
    this.at = `${context.at}.${vendor}`;
    this.context = context;
    this.settings = context.ports.scm ?? {};
    this.limits = { ...defaultScmLimits, ...this.settings.limits };
    this.clock = this.settings.clock ?? systemClock;
    this.#keepSeconds = (spec.requeueAfterSeconds ?? halfAnHour) * shareOfInterval;
  }

  /** Throws a GenerationError where the installation forbids the generators, or this `api`. */
  checkAllowed(api: string | undefined): void {
    const { isEnabled = true, allowedApis = [] } = this.settings;
    if (!isEnabled) {
      throw new GenerationError(`${this.context.at}: generators that ask providers of repositories are switched off`, {
        details: { field: this.context.at, remedy: "use another generator, or have them switched on" },
      });
    }
    if (api === undefined || api === "" || allowedApis.length === 0 || allowedApis.includes(api)) return;
    const field = `${this.at}.api`;
    throw new GenerationError(`${field} is not on the list of allowed providers: ${allowedApis.join(", ")}`, {
      details: { field, remedy: "use one of the list, or have this one added" },
    });
  }

  /** The text that a reference points at. `field` is below the vendor's block: `tokenRef`. */
  secret(ref: SecretRef, field: string): Promise<string> {
    return secretText(ref, `${this.at}.${field}`, this.context, this.settings.isStrict === true);
  }

  /** The token of a reference, else the one that the installation has for the vendor; empty for none. */
  async token(ref: SecretRef | undefined, vendor: TokenVendor, api: string | undefined): Promise<string> {
    const own = ref === undefined ? "" : await this.secret(ref, "tokenRef");
    const given = this.settings.tokens?.[vendor] ?? "";
    if (own !== "" || given === "") return own;
    const isPublic = vendor !== "gitea" && (api === undefined || api === "");
    if (isPublic || this.settings.allowedApis?.includes(api ?? "") === true) return given;
    const name = `${vendor.toUpperCase()}_TOKEN`;
    this.context.warn(`${name} is not sent to an api that is not on the list of allowed providers`, `${this.at}.api`);
    return "";
  }

  /** TLS settings of a block: its authorities stand beside those of the system and of the installation. */
  async tls(block: {
    readonly insecure?: boolean | undefined;
    readonly caRef?: { readonly configMapName: string; readonly key: string } | undefined;
  }): Promise<HttpTls | undefined> {
    const { authorities } = this.settings;
    const further = block.caRef === undefined ? undefined : await caText(block.caRef, `${this.at}.caRef`, this.context);
    const extra = [authorities, further].filter((pem) => pem !== undefined && pem !== "");
    const isInsecure = block.insecure === true ? { isInsecure: true } : {};
    if (extra.length === 0) return block.insecure === true ? isInsecure : undefined;
    const { rootCertificates } = await import("node:tls");
    return { ...isInsecure, authorities: [...rootCertificates, ...extra].join("\n") };
  }

  client(target: RestTarget): RestClient {
    const { context, settings, limits, clock } = this;
    return new RestClient(target, {
      http: context.ports.http,
      keepSeconds: this.#keepSeconds,
      limits,
      clock,
      random: settings.random ?? Math.random,
      signal: context.signal,
      ...(settings.proxyFor === undefined ? {} : { proxyFor: (url: string) => settings.proxyFor?.(url) }),
    });
  }
}
