import { GenerationError } from "../src/base/errors.ts";
import { own, type StringMap } from "../src/base/values.ts";
import type { GenerateContext } from "./generator.ts";

/** Where a plugin is and how to talk to it, as its ConfigMap says. */
export interface PluginSettings {
  /** Where rows are asked for. */
  readonly url: string;
  /** Goes into one header and nowhere else. */
  readonly token: string;
  readonly timeoutMs: number;
  /** For messages: `plugin tenants (https://…)`. */
  readonly what: string;
}

const path = "/api/v1/getparams.execute";
/** Argo CD's own Secret, for references that name no other. */
const commonSecret = "argocd-secret";
const defaultTimeoutSeconds = 30;
const longestTimeoutSeconds = 3_600;

/**
 * Reads a plugin's ConfigMap and the Secret that its `token` refers to: `$key` of argocd-secret, or `$secret:key`. Throws
 * a GenerationError that names object and field, and never the token.
 */
export async function readPluginSettings(name: string, context: GenerateContext): Promise<PluginSettings> {
  const { ports, set } = context;
  const object = `ConfigMap ${set.namespace}/${name}`;
  const data = await ports.objects.configMap(name, set.namespace);
  if (data === undefined) throw wrong(`${object} of the plugin does not exist`, object, "create it", context);
  const baseUrl = own(data, "baseUrl") ?? "";
  if (!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl)) {
    throw wrong(`${object} has no baseUrl that is an http or https URL`, object, "write baseUrl: https://…", context);
  }
  return {
    url: `${baseUrl.replace(/\/+$/, "")}${path}`,
    token: await readToken(own(data, "token") ?? "", object, context),
    timeoutMs: timeoutOf(data, object, context),
    what: `plugin ${name}`,
  };
}

async function readToken(reference: string, object: string, context: GenerateContext): Promise<string> {
  const parsed = /^\$(?:([^:$]+):)?([^:]+)$/.exec(reference);
  if (parsed === null) {
    // What stands there may be the token itself.
    const remedy = "write token: $SECRET:KEY, or $KEY for one in argocd-secret";
    throw wrong(`${object}: token does not refer to a Secret`, object, remedy, context);
  }
  const [, secretName = commonSecret, key = ""] = parsed;
  const { namespace } = context.set;
  const secret = `Secret ${namespace}/${secretName}`;
  const texts = await context.ports.objects.secret(secretName, namespace);
  if (texts === undefined)
    throw wrong(`${secret}, which ${object} names, does not exist`, secret, "create it", context);
  const token = (own(texts, key) ?? "").trim();
  if (token === "") throw wrong(`${secret}, which ${object} names, has no ${key}`, secret, `add ${key} to it`, context);
  if (/[^\x21-\x7e]/.test(token)) {
    throw wrong(`${secret} has a ${key} that cannot stand in a header`, secret, "store a token of one line", context);
  }
  return token;
}

function timeoutOf(data: StringMap, object: string, context: GenerateContext): number {
  const text = own(data, "requestTimeout") ?? "0";
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (seconds === 0) return defaultTimeoutSeconds * 1_000;
  if (seconds >= 1 && seconds <= longestTimeoutSeconds) return seconds * 1_000;
  const remedy = `write whole seconds from 1 to ${longestTimeoutSeconds}, or 0 for ${defaultTimeoutSeconds}`;
  throw wrong(`${object}: requestTimeout ${JSON.stringify(text.slice(0, 40))} cannot be used`, object, remedy, context);
}

function wrong(message: string, object: string, remedy: string, { at }: GenerateContext): GenerationError {
  return new GenerationError(`${at}: ${message}`, { details: { field: `${at}.configMapRef`, object, remedy } });
}
