import type { Io } from "./io.ts";
import { write } from "./io.ts";
import { type Column, formatTable } from "./table.ts";

/** What a command prints: an object of the API, as it is. */
export interface Printable {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

export interface PrintOptions<T> {
  readonly format: string;
  readonly columns: readonly Column<T>[];
  readonly wideColumns?: readonly Column<T>[];
  /** `application.argoproj.io`: what `-o name` puts before the slash. */
  readonly resource: string;
  /** One object asked for by name: `json` and `yaml` print it alone and not in a list. */
  readonly single?: boolean;
}

/** Prints objects in the formats that kubectl's users know. Streams: no output is held as one text. */
export async function printObjects<T extends Printable>(
  io: Io,
  objects: AsyncIterable<T> | Iterable<T>,
  options: PrintOptions<T>,
): Promise<void> {
  const printer = printers[options.format] ?? printTable;
  await printer(io, objects as AsyncIterable<Printable>, options as unknown as PrintOptions<Printable>);
}

type Printer = (io: Io, objects: AsyncIterable<Printable>, options: PrintOptions<Printable>) => Promise<void>;

const printers: { readonly [format: string]: Printer } = { json: printJson, yaml: printYaml, name: printNames };

async function printNames(
  io: Io,
  objects: AsyncIterable<Printable>,
  { resource }: PrintOptions<Printable>,
): Promise<void> {
  for await (const chunk of inChunks(objects)) {
    await write(io.stdout, chunk.map(({ metadata }) => `${resource}/${metadata.name}\n`).join(""));
  }
}

async function printJson(
  io: Io,
  objects: AsyncIterable<Printable>,
  { single }: PrintOptions<Printable>,
): Promise<void> {
  const { formatJson } = await import("../base/json.ts");
  if (single) {
    for await (const object of objects) await write(io.stdout, `${formatJson(object, 2)}\n`);
    return;
  }
  await write(io.stdout, '{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":""},"items":[');
  let separator = "\n";
  for await (const chunk of inChunks(objects)) {
    await write(io.stdout, separator + chunk.map((object) => formatJson(object)).join(",\n"));
    separator = ",\n";
  }
  await write(io.stdout, "\n]}\n");
}

async function printYaml(
  io: Io,
  objects: AsyncIterable<Printable>,
  { single }: PrintOptions<Printable>,
): Promise<void> {
  const { formatYaml } = await import("../base/yaml.ts");
  let first = true;
  for await (const chunk of inChunks(objects)) {
    const documents = chunk.map((object) => formatYaml(object));
    await write(io.stdout, `${first || single ? "" : "---\n"}${documents.join("---\n")}`);
    first = false;
  }
}

async function printTable(io: Io, objects: AsyncIterable<Printable>, options: PrintOptions<Printable>): Promise<void> {
  const rows: Printable[] = [];
  for await (const object of objects) rows.push(object);
  if (rows.length === 0) return;
  const columns = options.format === "wide" ? [...options.columns, ...(options.wideColumns ?? [])] : options.columns;
  await write(io.stdout, formatTable(rows, columns, io.stdout.isTTY ? io.stdout.columns : undefined));
}

const chunkSize = 200;

/** Groups what comes one by one, so that a hundred thousand objects are not a hundred thousand writes. */
async function* inChunks<T>(objects: AsyncIterable<T> | Iterable<T>): AsyncIterable<readonly T[]> {
  let chunk: T[] = [];
  for await (const object of objects) {
    chunk.push(object);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
