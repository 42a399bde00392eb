import { Pool } from "undici";

/** Certificates in PEM; a client has a certificate and key, or a header. */
export interface Credentials {
  readonly ca: Buffer;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly authorization: string | undefined;
}

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

export interface Reply {
  readonly status: number;
  readonly bytes: Buffer;
}

/** Calls one server over kept connections, with as little work of its own as can be. */
export class Client {
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, { ca, cert, key, authorization }: Credentials, connections: number) {
    this.#pool = new Pool(url, {
      ...{ connections, pipelining: 1, bodyTimeout: 0 },
      connect: { ca, ...(cert && { cert }), ...(key && { key }) },
    });
    this.#headers = {
      accept: "application/json",
      "user-agent": "fleetset-bench",
      ...(authorization && { authorization }),
    };
  }

  async call({ method, path, body, contentType = "application/json" }: Call): Promise<Reply> {
    const headers = body === undefined ? this.#headers : { ...this.#headers, "content-type": contentType };
    const answer = await this.#pool.request({ method, path, headers, body: body ?? null });
    return { status: answer.statusCode, bytes: Buffer.from(await answer.body.arrayBuffer()) };
  }

  /** As `call`, but anything but success is a failure. */
  async ask(call: Call): Promise<Buffer> {
    const { status, bytes } = await this.call(call);
    if (status >= 200 && status < 300) return bytes;
    throw new Error(`${call.method} ${call.path}: ${status} ${bytes.toString().slice(0, 300)}`);
  }

  /** Makes all calls with so many of them under way at a time. */
  async askAll(calls: readonly Call[], inFlight: number): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < calls.length) await this.ask(calls[next++]!);
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  }

  /** Hands each chunk of an answer that goes on; the function ends it. */
  async follow(path: string, onChunk: (chunk: Buffer) => void): Promise<() => void> {
    const ending = new AbortController();
    const { statusCode, body } = await this.#pool.request({
      ...{ method: "GET", path, headers: this.#headers, signal: ending.signal },
    });
    if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode}`);
    body.on("data", onChunk);
    // An answer that we cut short ends in an error, which is no news.
    body.on("error", () => undefined);
    return () => ending.abort();
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
