import { type Clock, systemClock } from "../base/clock.ts";
import { UsageError } from "../base/errors.ts";
import { TokenSigner } from "./auth/token-signer.ts";
import { admin } from "./auth/user.ts";
import { builtinResources } from "./builtin/builtin.ts";
import { LogicalCluster } from "./cluster.ts";
import { ClusterAccess } from "./cluster-access.ts";
import type { ClusterHandle } from "./cluster-handle.ts";
import { type ClusterControllers, startControllers } from "./controllers.ts";
import { discovery } from "./discovery/discovery.ts";
import type { ServerLimits } from "./http/exchange.ts";
import { openapi } from "./openapi/openapi.ts";
import { ApiServer } from "./server.ts";
import type { Journal } from "./store/journal.ts";
import { defaultLogLimits, LogBudget, type LogLimits } from "./store/watch-log.ts";
import { toTable } from "./table/table.ts";
import { type Credentials, loadCredentials } from "./tls/credentials.ts";
import { kubeconfigText } from "./tls/kubeconfig.ts";

export interface ApiServerOptions {
  /** 127.0.0.1 unless named. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Names and addresses that the certificate is for beside the loopback ones and `host`. */
  readonly certificateHosts?: readonly string[];
  /** No TLS; only on a loopback address. */
  readonly plainHttp?: boolean;
  /** Where objects and credentials outlive the process; without it everything is in memory. */
  readonly dataDir?: string;
  /** Keeps the objects instead of a store in `dataDir`. The server closes it. */
  readonly journal?: Journal;
  /** Logical clusters beside the hub. */
  readonly clusters?: readonly string[];
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
  readonly logLimits?: LogLimits;
  /** When background work runs: garbage collection, namespaces, CRDs. The next turn of the event loop unless given. */
  readonly schedule?: (task: () => void) => void;
  readonly onError?: (error: unknown) => void;
}

export interface RunningApiServer {
  /** `https://127.0.0.1:<port>`; a member is at `<url>/clusters/<name>`. */
  readonly url: string;
  readonly port: number;
  /** The authority of the server's certificate, PEM; undefined with plain HTTP. */
  readonly ca: string | undefined;
  readonly token: string;
  /** The administrator's kubeconfig: a context `hub`, and one for each logical cluster. */
  kubeconfig(): string;
  /** In-process access; "" is the hub. Throws for a cluster that is not there. */
  cluster(name: string): ClusterHandle;
  /** Adds an empty logical cluster, or gives the one that is there. */
  addCluster(name: string): ClusterHandle;
  clusters(): readonly string[];
  close(): Promise<void>;
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const clusterName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Starts an API server with its hub and logical clusters. Resolves when it listens. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<RunningApiServer> {
  const { host = "127.0.0.1", plainHttp = false, dataDir } = options;
  if (plainHttp && !loopback.test(host)) {
    throw new UsageError(`cannot serve plain http on ${host}: only loopback addresses may do without tls`, {
      details: { remedy: "leave out the flag for plain http, or listen on 127.0.0.1" },
    });
  }
  const clock = options.clock ?? systemClock;
  const hosts = [host, ...(options.certificateHosts ?? [])].filter((name) => name !== "0.0.0.0" && name !== "::");
  // First of all, since a store that can't be used has to leave everything as it is.
  const journal = options.journal ?? (dataDir === undefined ? undefined : await openJournal(dataDir));
  let running: Running | undefined;
  try {
    const directory = dataDir === undefined ? undefined : `${dataDir}/pki`;
    const credentials = loadCredentials({ ...(directory !== undefined && { directory }), hosts, clock });
    running = new Running(options, credentials, clock, journal);
    await running.start(host);
    return running;
  } catch (error: unknown) {
    await (running?.close() ?? journal?.close());
    throw error;
  }
}

/** LMDB is native code: it is loaded only by those who keep data. */
async function openJournal(dataDir: string): Promise<Journal> {
  const { openLmdbJournal } = await import("./store/lmdb-journal.ts");
  return openLmdbJournal(dataDir);
}

class Running implements RunningApiServer {
  readonly #options: ApiServerOptions;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #journal: Journal | undefined;
  readonly #clusters = new Map<string, LogicalCluster>();
  readonly #controllers: ClusterControllers[] = [];
  readonly #server: ApiServer;
  readonly #signer: TokenSigner;
  readonly #logLimits: LogLimits;
  #host = "";
  #port = 0;

  constructor(options: ApiServerOptions, credentials: Credentials, clock: Clock, journal: Journal | undefined) {
    this.#options = options;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#journal = journal;
    this.#logLimits = { budget: new LogBudget(), ...(options.logLimits ?? defaultLogLimits) };
    const { certificate: cert, key } = credentials.server;
    this.#server = new ApiServer({
      host: options.host ?? "127.0.0.1",
      port: options.port ?? 0,
      tls: options.plainHttp === true ? undefined : { cert, key },
      extensions: { discovery, openapi, toTable },
      cluster: (name) => this.#clusters.get(name),
      onError: (error) => options.onError?.(error),
      ...(options.limits !== undefined && { limits: options.limits }),
    });
    for (const digest of credentials.adminDigests) this.#server.authenticator.add(digest, admin);
    this.#signer = new TokenSigner(credentials.accountKey);
  }

  async start(host: string): Promise<void> {
    this.#host = host;
    const kept = this.#journal?.clusters() ?? [];
    for (const name of new Set(["", ...kept, ...(this.#options.clusters ?? [])])) this.addCluster(name);
    this.#port = await this.#server.listen();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const scheme = this.#options.plainHttp === true ? "http" : "https";
    const host = this.#host.includes(":") ? `[${this.#host}]` : this.#host;
    return `${scheme}://${host}:${this.#port}`;
  }

  get ca(): string | undefined {
    return this.#options.plainHttp === true ? undefined : this.#credentials.authority;
  }

  get token(): string {
    return this.#credentials.adminToken;
  }

  clusters(): readonly string[] {
    return [...this.#clusters.keys()].filter((name) => name !== "");
  }

  kubeconfig(): string {
    const members = this.clusters().map((name) => ({ name, cluster: name }));
    const { ca } = this;
    return kubeconfigText({
      server: this.url,
      ...(ca !== undefined && { authority: ca }),
      token: this.token,
      contexts: [{ name: "hub", cluster: "" }, ...members],
    });
  }

  cluster(name: string): ClusterHandle {
    const cluster = this.#clusters.get(name);
    if (cluster === undefined) throw new UsageError(`there is no logical cluster ${JSON.stringify(name)}`);
    return new ClusterAccess(cluster, "fleetset");
  }

  addCluster(name: string): ClusterHandle {
    if (!this.#clusters.has(name)) this.#makeCluster(name);
    return this.cluster(name);
  }

  #makeCluster(name: string): void {
    if (name !== "" && !clusterName.test(name)) {
      throw new UsageError(`${JSON.stringify(name)} cannot be the name of a logical cluster`, {
        details: { remedy: "use lower case letters, digits, dashes and dots" },
      });
    }
    const cluster = new LogicalCluster({
      name,
      builtins: builtinResources(),
      now: () => this.#clock.now(),
      journal: this.#journal,
      logLimits: this.#logLimits,
      signer: this.#signer,
      onBroken: (error) => this.#options.onError?.(error),
    });
    this.#clusters.set(name, cluster);
    const schedule = this.#options.schedule ?? setImmediate;
    const onError = (error: unknown): void => this.#options.onError?.(error);
    this.#controllers.push(startControllers(cluster, { schedule: (task) => void schedule(task), onError }));
  }

  async close(): Promise<void> {
    for (const controllers of this.#controllers) controllers.stop();
    await this.#server.close();
    await this.#journal?.close();
  }
}
