import { readFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { parseYaml } from "../../src/base/yaml.ts";

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface Ask {
  readonly headers?: { readonly [name: string]: string | readonly string[] };
  /** Without the kubeconfig's credentials: headers may bring others. */
  readonly isStranger?: boolean;
  readonly body?: unknown;
  /** Ends a stream early, with what has come. */
  readonly until?: (text: string) => boolean;
}

/** A plain HTTPS client of one API server, for tests that look at status codes, headers and bodies. */
export interface Api {
  readonly server: string;
  send(method: string, path: string, ask?: Ask): Promise<Answer>;
  close(): void;
}

interface Kubeconfig {
  readonly "current-context": string;
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly [key: string]: string } }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly [key: string]: string } }[];
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64").toString();
}

/** Connects with a kubeconfig as the servers of the tests write it: data inline, token or client certificate. */
export function apiOf(kubeconfig: string, contextName?: string): Api {
  const config = parseYaml(readFileSync(kubeconfig, "utf8")) as unknown as Kubeconfig;
  const name = contextName ?? config["current-context"];
  const context = config.contexts.find((one) => one.name === name)?.context;
  const cluster = config.clusters.find((one) => one.name === context?.cluster)?.cluster;
  const user = config.users.find((one) => one.name === context?.user)?.user;
  if (cluster?.server === undefined || user === undefined) throw new Error(`no context ${name} in ${kubeconfig}`);
  const ca = decoded(cluster["certificate-authority-data"]);
  const bare = new Agent({ keepAlive: true, ca });
  const agent = new Agent({
    keepAlive: true,
    ca,
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  });
  const authorization = user.token === undefined ? {} : { authorization: `Bearer ${user.token}` };
  const server = cluster.server;
  return {
    server,
    send: (method, path, ask = {}) => {
      const own = ask.isStranger === true ? { agent: bare } : { agent, headers: authorization };
      return exchange(`${server}${path}`, { method, ...own }, ask);
    },
    close: () => {
      agent.destroy();
      bare.destroy();
    },
  };
}

function exchange(url: string, options: RequestOptions, { headers, body, until }: Ask): Promise<Answer> {
  const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  // Node sends the body of a DELETE without a length of its own accord, and the next request is read as part of it.
  const length = payload === undefined ? {} : { "content-length": String(Buffer.byteLength(payload)) };
  const type = payload === undefined ? {} : { "content-type": "application/json", ...length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, headers: { ...type, ...options.headers, ...headers } }, (response) => {
      let text = "";
      const finish = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          get json() {
            return JSON.parse(text);
          },
        });
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (until?.(text) !== true) return;
        finish();
        response.destroy();
      });
      response.on("end", finish);
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(payload);
  });
}
