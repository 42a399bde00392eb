import type { RequestOptions } from "node:https";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { redactText } from "../base/log.ts";
import type { ValueMap } from "../base/values.ts";
import type { KubeconfigContext, KubeconfigEntry } from "./kubeconfig.ts";
import { KubeconfigError } from "./kubeconfig.ts";

export interface PluginSignIn {
  readonly tls: { readonly cert?: string; readonly key?: string };
  readonly authorization?: () => Promise<string>;
}

/** A plugin that states no end of its token would otherwise be run for every call. */
const keepMs = 15_000;
const maxQuoted = 300;

/**
 * Signs in through an exec plugin or auth provider of the user's own kubeconfig, which kubectl would run too. Done by
 * @kubernetes/client-node, loaded here only: it costs 0.4 s and 80 MB. A client certificate from a plugin is asked for once.
 */
export async function pluginSignIn(
  context: KubeconfigContext,
  user: KubeconfigEntry,
  clock: Clock,
): Promise<PluginSignIn> {
  const apply = await openPlugin(context, user);
  const first = await apply();
  const tls = { ...textField("cert", first.cert), ...textField("key", first.key) };
  if (authorizationOf(first) === undefined) return { tls };
  let kept = { options: Promise.resolve(first), atMs: clock.now() };
  const authorization = async () => {
    if (clock.now() - kept.atMs >= keepMs) {
      kept = { options: apply(), atMs: clock.now() };
      kept.options.catch(() => {
        // Reported to the callers that wait for it; the next call runs the plugin again.
        kept = { ...kept, atMs: 0 };
      });
    }
    return authorizationOf(await kept.options) ?? "";
  };
  return { tls, authorization };
}

async function openPlugin(context: KubeconfigContext, user: KubeconfigEntry): Promise<() => Promise<RequestOptions>> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const { cluster } = context;
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: cluster.name, cluster: plain(cluster.body) }],
      users: [{ name: user.name, user: plain(user.body) }],
      contexts: [{ name: context.name, context: { cluster: cluster.name, user: user.name } }],
      "current-context": context.name,
    }),
  );
  return async () => {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause: unknown) {
      const said = redactText(messageOf(cause).trim().slice(0, maxQuoted));
      throw new KubeconfigError(`signing in as user ${user.name} of kubeconfig ${user.file} failed: ${said}`, {
        details: { file: user.file, remedy: "run kubectl with the same context and see what the plugin says" },
        cause,
      });
    }
    return options;
  };
}

function plain(body: ValueMap): unknown {
  return JSON.parse(JSON.stringify(body, (_key, value) => (typeof value === "bigint" ? Number(value) : value)));
}

function textField(name: "cert" | "key", value: unknown): { readonly [name: string]: string } {
  if (Buffer.isBuffer(value)) return { [name]: value.toString("utf8") };
  return typeof value === "string" ? { [name]: value } : {};
}

function authorizationOf(options: RequestOptions): string | undefined {
  const headers = (options.headers ?? {}) as { readonly [name: string]: unknown };
  const { Authorization } = headers;
  return typeof Authorization === "string" && Authorization !== "" ? Authorization : undefined;
}
