import type { Readable, Writable } from "node:stream";

/** Where a command reads and writes: results go to `stdout`, all else to `stderr`. */
export interface Io {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean };
}

/** Writes and waits where the reader is slower than we are, so that output is never held in memory. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    stream.once("drain", resolve);
    stream.once("error", reject);
    stream.once("close", resolve);
  });
}

/** A line to people: a warning, a note, a next step. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

export function warn(io: Io, text: string): void {
  note(io, `warning: ${text}`);
}
