import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a port on loopback that can be shut and opened again, for servers that are down for a while. */
export class Door {
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  /** Opens a door to a port. */
  static async to(port: number): Promise<Door> {
    const door = new Door(port);
    await door.open();
    return door;
  }

  private constructor(port: number) {
    this.#to = port;
  }

  get port(): number {
    return this.#port;
  }

  /** Lets connections through again, at the same port. */
  async open(): Promise<void> {
    const server = createServer((socket) => {
      const inner = connect(this.#to, "127.0.0.1");
      for (const end of [socket, inner]) {
        this.#sockets.add(end);
        end.once("close", () => this.#sockets.delete(end));
        // Either end may break off; the other one is told by the end of the pipe.
        end.on("error", () => undefined);
      }
      socket.pipe(inner).pipe(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses connections, and breaks off those there are. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
