import { readFile, stat } from "node:fs/promises";
import { FleetError, messageOf } from "../base/errors.ts";
import type { Io } from "./io.ts";

/** A file that a flag names cannot be read. */
export class FileError extends FleetError {
  readonly reason = "FileError";
  readonly retryable = false;
}

const maxBytes = 256 << 20;

/** The text of a file, or of standard input for `-`. Refuses what is not a file, or larger than 256 MiB. */
export async function readInput(io: Io, path: string): Promise<string> {
  if (path === "-") return readStream(io);
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new FileError(`${path} is larger than 256 MiB`, { details: { file: path } });
    return await readFile(path, "utf8");
  } catch (cause: unknown) {
    if (cause instanceof FleetError) throw cause;
    throw new FileError(`cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      details: { file: path, remedy: "name a file that exists, or - for standard input" },
    });
  }
}

async function readStream({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as Buffer));
    bytes += chunks.at(-1)?.length ?? 0;
    if (bytes > maxBytes) throw new FileError("standard input is larger than 256 MiB");
  }
  return Buffer.concat(chunks).toString("utf8");
}
