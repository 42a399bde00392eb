import { parseAnswer } from "./answer-json.ts";
import type { WatchEvent } from "./client.ts";
import { KubeError } from "./errors.ts";
import type { KubeObject } from "./objects.ts";
import type { Attempt } from "./status-error.ts";
import { statusError } from "./status-error.ts";

const newline = 0x0a;
const maxEventBytes = 64 << 20;

/**
 * The lines of a stream of bytes, each as soon as its newline is there. A line longer than `maxBytes` fails. What stands
 * behind the last newline was cut off by the end of the stream and is left out.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxBytes = maxEventBytes): AsyncIterable<string> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield textOf(kept, chunk.subarray(start, end));
      kept = [];
      keptBytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    kept.push(chunk.subarray(start));
    keptBytes += chunk.length - start;
    if (keptBytes > maxBytes) throw new KubeError("BadAnswer", `a line of the answer is longer than ${maxBytes} bytes`);
  }
}

function textOf(kept: readonly Uint8Array[], last: Uint8Array): string {
  const bytes = kept.length === 0 ? last : Buffer.concat([...kept, last]);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/**
 * The events of a watch. A line that is no event fails the watch: dropped in silence it would leave the reader wrong for
 * ever. A last event cut off by the end of the stream is no failure, the server sends it again when the watch resumes.
 */
export async function* readEvents<T extends KubeObject>(
  chunks: AsyncIterable<Uint8Array>,
  attempt: Attempt,
): AsyncIterable<WatchEvent<T>> {
  for await (const line of readLines(chunks)) {
    if (line.trim() !== "") yield parseEvent<T>(line, attempt);
  }
}

const eventTypes: ReadonlySet<unknown> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

function parseEvent<T extends KubeObject>(line: string, attempt: Attempt): WatchEvent<T> {
  let event: { type?: unknown; object?: { code?: unknown; metadata?: unknown } } | null;
  try {
    event = parseAnswer(line) as typeof event;
  } catch (cause: unknown) {
    throw badEvent(attempt, cause);
  }
  if (event?.type === "ERROR") {
    const status = event.object ?? {};
    throw statusError(typeof status.code === "number" ? status.code : 500, status, attempt);
  }
  if (!eventTypes.has(event?.type) || typeof event?.object?.metadata !== "object") throw badEvent(attempt);
  return event as WatchEvent<T>;
}

function badEvent(attempt: Attempt, cause?: unknown): KubeError {
  const { verb, object, server } = attempt;
  return new KubeError("BadAnswer", `${verb} ${object} on ${server}: an event can't be read`, {
    details: { object, server },
    cause,
  });
}
