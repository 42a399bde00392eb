import type { Application } from "../../crds/application.ts";
import type { ApplicationSet } from "../../crds/application-set.ts";
import { type ErrorDetails, FleetError } from "../base/errors.ts";
import { formatJson } from "../base/json.ts";
import { formatYaml } from "../base/yaml.ts";
import type { GeneratedApplication, Generation, Warning } from "../render/generate.ts";
import { generate } from "../render/generate.ts";
import { originText } from "../render/origin.ts";
import { validationError } from "../render/validate.ts";
import { destinationOf } from "./application-columns.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import { isSet } from "./flags.ts";
import { type Io, warn, write } from "./io.ts";
import { type LoadedSet, loadSets } from "./load-sets.ts";
import { openWorld } from "./ports.ts";
import { printObjects } from "./print.ts";

export interface GenerateRequest {
  readonly files: readonly string[];
  readonly format: string;
  readonly showParams: boolean;
}

/** Generates the sets of files and prints the result. All sets are generated before anything is printed. */
export async function generateFiles(
  context: CommandContext,
  flags: FlagValues,
  request: GenerateRequest,
): Promise<number> {
  const { io, signal } = context;
  const world = await openWorld(context, flags);
  try {
    const { sets, warnings } = await loadSets(io, request.files, world.namespace);
    for (const warning of warnings) warn(io, warning);
    const newGitFileGlobbing = isSet(flags, "enableNewGitFileGlobbing");
    const generations: Generation[] = [];
    for (const loaded of sets) {
      const generation = await located(loaded, () => generate(loaded.set, world.ports, { newGitFileGlobbing, signal }));
      tellWarnings(io, loaded.set, generation.warnings);
      tellReading(io, loaded, generation);
      await located(loaded, async () => refuseInvalid(generation.invalid));
      generations.push(generation);
    }
    const applications = generations.flatMap((generation) => generation.applications);
    await (request.showParams
      ? printParams(io, applications, request.format)
      : print(io, applications, request.format));
    return 0;
  } finally {
    await world.close();
  }
}

/** Adds the file and line of the field that an error names. */
export async function located<T>({ set, file, locate }: LoadedSet, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error: unknown) {
    if (!(error instanceof FleetError)) throw error;
    const { field, line, column } = error.details;
    const object = `ApplicationSet ${set.metadata.namespace}/${set.metadata.name}`;
    // A line in a template counts inside that text; what people look for is the line in their file.
    const inText = line === undefined ? {} : { textLine: line, textColumn: column };
    const place = field === undefined ? { line: undefined, column: undefined } : locate(field);
    Object.assign(error.details as { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] }, {
      object,
      file,
      ...place,
      ...inText,
    });
    throw error;
  }
}

/** Tells what is accepted and likely a mistake. */
export function tellWarnings(io: Io, { metadata }: ApplicationSet, warnings: readonly Warning[]): void {
  const name = `ApplicationSet ${metadata.namespace}/${metadata.name}`;
  for (const { message, field } of warnings) warn(io, `${name}: ${field === undefined ? "" : `${field}: `}${message}`);
}

function tellReading(io: Io, { set }: LoadedSet, { expansion, nonDeterministic }: Generation): void {
  const name = `ApplicationSet ${set.metadata.namespace}/${set.metadata.name}`;
  for (const gap of expansion.gaps) warn(io, `${name}: ${gap.at} could not be read: ${gap.message}`);
  if (nonDeterministic)
    warn(io, `${name}: uses functions of time or chance, so that each run gives other Applications`);
}

/** Throws the error that names the Applications that may not be written. */
export function refuseInvalid(invalid: Generation["invalid"]): void {
  const error = validationError(invalid);
  if (error !== undefined) throw error;
}

type Printed = Application & { readonly kind: string };

async function print(io: Io, applications: readonly GeneratedApplication[], format: string): Promise<void> {
  const objects = applications.map(({ application }) => application as Printed);
  await printObjects(io, objects, { format, columns, resource: "application.argoproj.io" });
}

const columns = [
  { heading: "NAME", cell: (app: Printed) => app.metadata.name },
  { heading: "PROJECT", cell: (app: Printed) => app.spec.project },
  { heading: "CLUSTER", cell: destinationOf },
  { heading: "NAMESPACE", cell: (app: Printed) => app.spec.destination.namespace ?? "" },
  { heading: "REPO", cell: (app: Printed) => (app.spec.source ?? app.spec.sources?.[0])?.repoURL ?? "" },
  { heading: "PATH", cell: (app: Printed) => (app.spec.source ?? app.spec.sources?.[0])?.path ?? "" },
];

async function printParams(io: Io, applications: readonly GeneratedApplication[], format: string): Promise<void> {
  const rows = applications.map(({ application, row }) => ({
    application: application.metadata.name,
    origin: originText(row.origin),
    params: row.params,
  }));
  if (format === "json") return write(io.stdout, `${formatJson(rows, 2)}\n`);
  await write(io.stdout, rows.map((row) => formatYaml(row)).join("---\n"));
}
