import { join } from "node:path";
import { StoreError } from "../apiserver/store/store-error.ts";
import { systemClock } from "../base/clock.ts";
import { UsageError } from "../base/errors.ts";
import { openLog, redactText } from "../base/log.ts";
import { parseSelectorText } from "../base/selectors.ts";
import type { Connection } from "../kube/connection.ts";
import { isAlreadyExists } from "../kube/errors.ts";
import { openKubeClient } from "../kube/rest-client.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { hubContext, namespaceOf } from "./connect.ts";
import { openControllers } from "./controllers.ts";
import { parseBudget } from "./deletion-budget.ts";
import { type EmbeddedHub, secretResource, startEmbeddedHub } from "./embedded-hub.ts";
import { textFlag } from "./flags.ts";
import { note, warn } from "./io.ts";
import { refuseOtherWriter } from "./other-writer.ts";
import { writing } from "./read-input.ts";
import { scmSettings } from "./scm-settings.ts";

export interface RunRequest {
  readonly embedded: boolean;
  readonly dataDir?: string;
  readonly listen: string;
  readonly members: number;
  readonly kubeconfig?: string;
  readonly delivery: "hub" | "push" | undefined;
  readonly selector?: string;
  readonly forceBeside: boolean;
  readonly allowLocal: readonly string[];
  readonly newGitFileGlobbing: boolean;
  readonly logFormat: "text" | "json";
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

interface HubToRun {
  readonly connection: Connection;
  readonly namespace: string;
  /** Ends when the hub can't go on; its reason is why. */
  readonly broken?: AbortSignal;
  close(): Promise<void>;
}

/** Runs until the process is asked to end. Gives the exit code. */
export async function runControllers(context: CommandContext, flags: FlagValues, request: RunRequest): Promise<number> {
  const { io, config, signal, version } = context;
  if (request.selector !== undefined) parseSelectorText(request.selector);
  const budget = parseBudget(textFlag(flags, "deletionBudget"));
  const log = openLog({ format: request.logFormat, level: request.logLevel, write: (line) => io.stderr.write(line) });
  const running = await (request.embedded ? embeddedHub(context, flags, request) : hubOfContext(context, flags));
  const client = openKubeClient(running.connection);
  try {
    if (!request.embedded && !request.forceBeside && request.selector === undefined) {
      await refuseOtherWriter(client, running.namespace);
    }
    const controllers = openControllers({
      ...{
        hub: client,
        hubConnection: running.connection,
        namespace: running.namespace,
        version,
        log,
        clock: systemClock,
      },
      ...{ gitEnvironment: config.gitEnvironment, cacheDir: config.cacheDir, allowLocal: request.allowLocal },
      delivery: request.delivery ?? (request.embedded ? "push" : "hub"),
      newGitFileGlobbing: request.newGitFileGlobbing,
      scm: scmSettings(config, flags),
      ...(request.selector === undefined ? {} : { selector: request.selector }),
      ...(budget === undefined ? {} : { budget }),
    });
    note(io, `fleetset ${version} follows ${client.server}, namespace ${running.namespace}; Ctrl-C ends it`);
    await controllers.run(running.broken === undefined ? signal : AbortSignal.any([signal, running.broken]));
    if (running.broken?.aborted === true) throw running.broken.reason;
    note(io, "ended");
    return 0;
  } finally {
    await client.close();
    await running.close();
  }
}

async function hubOfContext({ io, config }: CommandContext, flags: FlagValues): Promise<HubToRun> {
  const loaded = await hubContext(config, flags);
  for (const warning of loaded.warnings) warn(io, warning);
  return { connection: loaded.connection, namespace: namespaceOf(flags, loaded), close: async () => undefined };
}

async function embeddedHub({ io }: CommandContext, flags: FlagValues, request: RunRequest): Promise<HubToRun> {
  const namespace = namespaceOf(flags, undefined);
  const broken = new AbortController();
  const hub = await startEmbeddedHub({
    ...parseListen(request.listen),
    ...(request.dataDir === undefined ? {} : { dataDir: request.dataDir }),
    namespace,
    clock: systemClock,
    onError(error) {
      if (error instanceof StoreError) broken.abort(error);
      else warn(io, `embedded hub: ${redactText(error instanceof Error ? error.message : String(error))}`);
    },
  });
  const path = request.kubeconfig ?? join(request.dataDir ?? ".", "kubeconfig");
  try {
    for (let index = 1; index <= request.members; index += 1) await register(hub, `member-${index}`);
    await writing(path, () => hub.writeKubeconfig(path));
  } catch (error: unknown) {
    await hub.close();
    throw error;
  }
  note(io, `embedded hub at ${hub.server.url}; to use it: export KUBECONFIG=${path}`);
  return { connection: hub.connection, namespace, broken: broken.signal, close: () => hub.close() };
}

async function register(hub: EmbeddedHub, name: string): Promise<void> {
  hub.addMember(name);
  const secret = hub.memberSecret(name, { "fleetset.io/simulated": "true" });
  try {
    await hub.hub.create(secretResource, secret);
  } catch (error: unknown) {
    // A hub that keeps its data knows its members, but their address may be another one now.
    if (!isConflictOfName(error)) throw error;
    await hub.hub.update(secretResource, secret);
  }
}

function isConflictOfName(error: unknown): boolean {
  return isAlreadyExists(error) || (error instanceof Error && "code" in error && error.code === 409);
}

function parseListen(text: string): { readonly host: string; readonly port: number } {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535) {
    throw new UsageError(`--listen ${JSON.stringify(text)} is not HOST:PORT`, {
      details: { remedy: "write for example 127.0.0.1:8443; port 0 takes a free one" },
    });
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}
