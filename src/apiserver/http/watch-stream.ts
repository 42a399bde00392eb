import type { ServerResponse } from "node:http";

/**
 * Sends lines to one watcher. What comes in one turn goes out in one write, since each write is a TLS record and a
 * system call. A client that does not read is cut off when too much waits for it.
 */
export class WatchStream {
  readonly #response: ServerResponse;
  readonly #maxBacklogBytes: number;
  #waiting: string[] = [];
  #isScheduled = false;
  #isEnded = false;

  constructor(response: ServerResponse, maxBacklogBytes: number) {
    this.#response = response;
    this.#maxBacklogBytes = maxBacklogBytes;
  }

  send(line: string): void {
    if (this.#isEnded) return;
    this.#waiting.push(line);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    if (this.#waiting.length === 0 || this.#response.destroyed) return;
    const text = this.#waiting.length === 1 ? this.#waiting[0]! : this.#waiting.join("");
    this.#waiting = [];
    if (!this.#isEnded || !this.#response.writableEnded) this.#response.write(text);
    if (this.#response.writableLength > this.#maxBacklogBytes) this.#response.destroy();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#flush();
    this.#response.end();
  }
}
