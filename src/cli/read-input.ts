import { readFile, stat } from "node:fs/promises";
import { FleetError, messageOf } from "../base/errors.ts";
import type { Io } from "./io.ts";

/** A file that a flag names cannot be read. */
export class FileError extends FleetError {
  readonly reason = "FileError";
  readonly retryable = false;
}

const maxBytes = 256 << 20;

/** What an input is called in messages. */
export function inputName(path: string): string {
  return path === "-" ? "standard input" : path;
}

/** The text of a file, or of standard input for `-`. Refuses what is not a file, larger than 256 MiB, or not UTF-8. */
export async function readInput(io: Io, path: string): Promise<string> {
  return decode(path === "-" ? await readStream(io) : await readBytes(path), inputName(path));
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new FileError(`${path} is larger than 256 MiB`, { details: { file: path } });
    return await readFile(path);
  } catch (cause: unknown) {
    if (cause instanceof FleetError) throw cause;
    const remedy = "name a file that exists, or - for standard input";
    throw new FileError(`cannot read ${path}: ${whyNot(cause)}`, { cause, details: { file: path, remedy } });
  }
}

/** Runs what writes a file that a flag names, with an error that names it. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause: unknown) {
    const remedy = "name a file in a folder that exists and may be written to";
    throw new FileError(`cannot write ${path}: ${whyNot(cause)}`, { cause, details: { file: path, remedy } });
  }
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "there is no such file or folder",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? "") : messageOf(error);
}

async function readStream({ stdin }: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as Buffer));
    bytes += chunks.at(-1)?.length ?? 0;
    if (bytes > maxBytes) throw new FileError("standard input is larger than 256 MiB");
  }
  return Buffer.concat(chunks);
}

// Read leniently, letters that are lost would be written to the hub as U+FFFD without a word.
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause: unknown) {
    const details = { file, line: badLine(bytes), remedy: "save it in UTF-8" };
    throw new FileError(`${file} is not UTF-8`, { cause, details });
  }
}

/** The first line that does not come out of UTF-8 as it went in. */
function badLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!Buffer.from(part.toString("utf8"), "utf8").equals(part)) break;
    start = end + 1;
  }
  return line;
}
