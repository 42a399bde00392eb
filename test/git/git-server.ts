import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

export interface GitServerOptions {
  /** The directory whose repositories are served. */
  readonly root: string;
  /** Asks for this login; without it everybody is let in. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Serves over TLS with these PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Looks at a request first; true when it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A small smart-HTTP git server on loopback: `git http-backend` behind basic authentication. */
export class GitServer {
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
  readonly #options: GitServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  intercept: GitServerOptions["intercept"];
  /** Breaks off an answer after this many bytes of its body. */
  breakOffAfter = Number.POSITIVE_INFINITY;

  private constructor(options: GitServerOptions) {
    this.#options = options;
    this.intercept = options.intercept;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    this.#server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(options: GitServerOptions): Promise<GitServer> {
    const server = new GitServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `${this.#options.tls === undefined ? "http" : "https"}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often the refs were asked for, and how often objects. */
  count(kind: "refs" | "objects"): number {
    return this.requests.filter(({ url }) => url.includes("/info/refs") === (kind === "refs")).length;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
    if (this.intercept?.(request, response) === true) return;
    if (!this.#isWelcome(request)) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("who are you?");
      return;
    }
    this.#run(request, response);
  }

  #isWelcome({ headers }: IncomingMessage): boolean {
    const { login } = this.#options;
    if (login === undefined) return true;
    return headers.authorization === `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  }

  #run(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const backend = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH ?? "",
        HOME: "/nonexistent",
        GIT_PROJECT_ROOT: this.#options.root,
        GIT_HTTP_EXPORT_ALL: "1",
        REQUEST_METHOD: request.method ?? "GET",
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        REMOTE_USER: "tester",
      },
    });
    backend.stdin.on("error", () => undefined);
    request.pipe(backend.stdin);
    relay(backend.stdout, response, this.breakOffAfter);
    response.once("close", () => backend.kill());
  }
}

/** Turns the output of a CGI program into an answer. */
function relay(output: NodeJS.ReadableStream, response: ServerResponse, breakOffAfter: number): void {
  let sent = 0;
  let head = Buffer.alloc(0);
  let isBody = false;
  output.on("data", (chunk: Buffer) => {
    if (isBody) {
      sent += chunk.length;
      if (sent > breakOffAfter) response.destroy();
      else response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    isBody = true;
    let status = 200;
    for (const line of head.toString("latin1", 0, end).split("\r\n")) {
      const [name = "", value = ""] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.statusCode = status;
    response.write(head.subarray(end + 4));
  });
  output.on("end", () => response.end());
}
