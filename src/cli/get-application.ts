import type { ApplicationSet } from "../../crds/application-set.ts";
import type { Row } from "../../generators/generator.ts";
import { FleetError, messageOf } from "../base/errors.ts";
import { nearest } from "../base/near-name.ts";
import { formatYaml } from "../base/yaml.ts";
import { isNotFound } from "../kube/errors.ts";
import { listAll } from "../kube/list.ts";
import type { KubeObject } from "../kube/objects.ts";
import { withFleetBlock } from "../render/fleet-block.ts";
import { generate } from "../render/generate.ts";
import { originText } from "../render/origin.ts";
import { formatAge } from "./age.ts";
import { destinationOf, setOf } from "./application-columns.ts";
import type { CommandContext, FlagValues } from "./command.ts";
import type { Hub } from "./connect.ts";
import { applicationSetType, applicationType, clusterNames, type ListedApplication } from "./fleet.ts";
import { warn, write } from "./io.ts";
import { openWorld } from "./ports.ts";
import { printObjects } from "./print.ts";
import { printable } from "./printable.ts";
import { NotFoundError } from "./remove-cluster.ts";
import type { World } from "./world.ts";

/** Prints one Application. Gives the exit code. */
export async function getApplication(
  context: CommandContext,
  flags: FlagValues,
  name: string,
  format: string,
): Promise<number> {
  const { io } = context;
  const world = await openWorld(context, flags, { needsHub: true });
  try {
    const app = await findApplication(world.hub as Hub, name);
    if (format === "text") await write(io.stdout, await describeOn(context, world, app));
    else await printObjects(io, [app], { format, columns: [], resource: "application.argoproj.io", single: true });
    return 0;
  } finally {
    await world.close();
  }
}

async function describeOn(context: CommandContext, world: World, app: ListedApplication): Promise<string> {
  const { client, namespace } = world.hub as Hub;
  const [row, names] = await Promise.all([rowOf(context, world, app), clusterNames(client, { namespace })]);
  return printable(describe(app, row, names.get(destinationOf(app)) ?? destinationOf(app)));
}

async function findApplication({ client, namespace }: Hub, name: string): Promise<ListedApplication> {
  try {
    return (await client.get({ ...applicationType, namespace, name })) as unknown as ListedApplication;
  } catch (error: unknown) {
    if (!isNotFound(error)) throw error;
    const { items } = await listAll(client, { ...applicationType, namespace });
    const near = nearest(
      name,
      items.map(({ metadata }) => metadata.name),
    );
    throw new NotFoundError(`there is no Application ${namespace}/${name}`, {
      cause: error,
      details: { remedy: near === undefined ? "see fleetset list" : `did you mean ${near}?` },
    });
  }
}

/** The row that gives the Application now; undefined when no set owns it, or none gives it any more. */
async function rowOf(context: CommandContext, world: World, app: ListedApplication): Promise<Row | undefined> {
  const { io, signal } = context;
  const set = setOf(app);
  if (set === undefined || world.hub === undefined) return undefined;
  try {
    const { client, namespace } = world.hub;
    const stored: KubeObject = await client.get({ ...applicationSetType, namespace, name: set });
    const { applications } = await generate(withFleetBlock(stored as unknown as ApplicationSet), world.ports, {
      signal,
    });
    return applications.find(({ application }) => application.metadata.name === app.metadata.name)?.row;
  } catch (error: unknown) {
    const remedy = error instanceof FleetError ? error.details.remedy : undefined;
    warn(io, `the parameters cannot be told: ${messageOf(error)}${remedy === undefined ? "" : `; ${remedy}`}`);
    return undefined;
  }
}

type Lines = readonly (readonly [label: string, text: string | undefined])[];

function describe(app: ListedApplication, row: Row | undefined, cluster: string): string {
  const { metadata, spec, status } = app;
  const sources = spec.sources?.length ? spec.sources : [spec.source];
  const lines: Lines = [
    ["Name", `${metadata.namespace}/${metadata.name}`],
    ["ApplicationSet", setOf(app)],
    ["Origin", row === undefined ? undefined : originText(row.origin)],
    ["Project", spec.project],
    ["Cluster", cluster],
    ["Namespace", spec.destination.namespace],
    ...sources.map(
      (source) =>
        [
          "Source",
          `${source?.repoURL} ${source?.path ?? source?.chart ?? ""} at ${source?.targetRevision || "HEAD"}`,
        ] as const,
    ),
    ["Sync", [status?.sync?.status ?? "Unknown", status?.sync?.revision].filter(Boolean).join(" at ")],
    ["Health", [status?.health?.status ?? "Unknown", status?.health?.message].filter(Boolean).join(": ")],
    ["Operation", operation(app)],
    ["Age", formatAge(metadata.creationTimestamp, Date.now())],
  ];
  const shown = lines.filter(([, text]) => text !== undefined && text !== "");
  return [
    shown.map(([label, text]) => `${`${label}:`.padEnd(16)}${text}\n`).join(""),
    section(
      "Conditions",
      (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`),
    ),
    section("Resources", (status?.resources ?? []).map(resourceLine)),
    section(
      "History",
      (status?.history ?? []).map(({ id, revision, deployedAt }) => `${id}  ${deployedAt}  ${revision ?? ""}`),
    ),
    row === undefined ? "" : section("Parameters", formatYaml(row.params).trimEnd().split("\n")),
  ].join("");
}

function operation({ status }: ListedApplication): string | undefined {
  const state = status?.operationState;
  return state === undefined ? undefined : [state.phase, state.message].filter(Boolean).join(": ");
}

type Resource = NonNullable<NonNullable<ListedApplication["status"]>["resources"]>[number];

function resourceLine({ kind, namespace, name, status, health }: Resource): string {
  const place = [namespace, name].filter(Boolean).join("/");
  return [kind, place, status, health?.status, health?.message].filter(Boolean).join("  ");
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\n${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
