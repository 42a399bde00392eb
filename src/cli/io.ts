import type { Readable, Writable } from "node:stream";
import { printable } from "./printable.ts";

/** Where a command reads and writes: results go to `stdout`, all else to `stderr`. */
export interface Io {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
}

/** Writes and waits where the reader is slower than we are, so that output is never held in memory. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error) => {
      stream.off("drain", settle).off("close", settle).off("error", settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    stream.once("drain", settle).once("close", settle).once("error", settle);
  });
}

/** A line to people: a warning, a note, a next step. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${printable(text)}\n`);
}

export function warn(io: Io, text: string): void {
  note(io, `warning: ${text}`);
}
