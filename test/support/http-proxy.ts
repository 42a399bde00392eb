import { request as ask, createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface TestProxy {
  readonly url: string;
  /** Host and port of each connection or question that went through it. */
  readonly passed: string[];
  close(): Promise<void>;
}

/** A proxy on loopback, for tunnels and for questions with a whole URL. `ports` says where hosts that are none really are. */
export async function startProxy(ports: { readonly [host: string]: number } = {}): Promise<TestProxy> {
  const passed: string[] = [];
  const sockets = new Set<Socket>();
  const place = (host: string) => {
    const { hostname, port } = new URL(`http://${host}`);
    return { host: "127.0.0.1", port: ports[hostname] ?? Number(port) };
  };
  const server = createServer((question, answer) => {
    const { host, pathname, search } = new URL(question.url ?? "");
    passed.push(host);
    const { method, headers } = question;
    const onward = ask({ ...place(host), method, path: pathname + search, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    question.pipe(onward);
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", ({ url = "" }, near: Socket) => {
    passed.push(url);
    const far = connect(place(url), () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(near).pipe(far);
    });
    sockets.add(far);
    for (const socket of [near, far]) socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
