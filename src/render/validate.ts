import type { Application } from "../../crds/application.ts";
import { inClusterName, inClusterServer } from "../../generators/clusters.ts";
import type { ClusterFacts, Ports } from "../../generators/ports.ts";
import { ValidationError } from "../base/errors.ts";
import { subdomainProblem } from "../base/names.ts";

/** Why Applications of a name may not be written. */
export type InvalidReason = "NoName" | "DuplicateName" | "MissingProject" | "InvalidDestination";

/** A name whose Applications, all of them, may be neither written nor deleted; the other Applications of the set go on. */
export interface InvalidApplication {
  readonly namespace: string;
  /** Empty when there is none. */
  readonly name: string;
  readonly reason: InvalidReason;
  readonly message: string;
}

/** Applications without a name, and names that are used twice; sorted by name. */
export function checkNames(applications: Iterable<Application>, set: string): InvalidApplication[] {
  const counts = new Map<string, number>();
  let namespace = "";
  for (const { metadata } of applications) {
    namespace = metadata.namespace ?? "";
    counts.set(metadata.name ?? "", (counts.get(metadata.name ?? "") ?? 0) + 1);
  }
  const invalid: InvalidApplication[] = [];
  for (const [name, count] of counts) {
    if (name === "") invalid.push({ namespace, name, reason: "NoName", message: noName(set, count) });
    else if (count > 1)
      invalid.push({ namespace, name, reason: "DuplicateName", message: duplicate(set, name, count) });
  }
  return invalid.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function noName(set: string, count: number): string {
  const what = count === 1 ? "an Application" : `${count} Applications`;
  return `ApplicationSet ${set} generates ${what} without a name; set metadata.name in the template or by a templatePatch`;
}

function duplicate(set: string, name: string, count: number): string {
  return `ApplicationSet ${set} generates ${count} Applications named ${name}; use parameters in metadata.name that tell them apart`;
}

/** A warning for names that every API server refuses, which upstream lets through; undefined when there are none. */
export function nameWarning(applications: Iterable<Application>): string | undefined {
  const refused: string[] = [];
  let count = 0;
  for (const { metadata } of applications) {
    if (!metadata.name || subdomainProblem(metadata.name) === undefined) continue;
    if (++count <= 3) refused.push(JSON.stringify(metadata.name));
  }
  if (count === 0) return undefined;
  const more = count > refused.length ? ` and ${count - refused.length} more` : "";
  return `an API server refuses these names of Applications: ${refused.join(", ")}${more}`;
}

/** The part of a set that decides what is wrong with such an Application. */
const fields: { readonly [R in InvalidReason]: string } = {
  NoName: "spec.template.metadata.name",
  DuplicateName: "spec.template.metadata.name",
  MissingProject: "spec.template.spec.project",
  InvalidDestination: "spec.template.spec.destination",
};

/** The error that a set with such Applications ends with; it names the last one and how many more there are. */
export function validationError(invalid: readonly InvalidApplication[]): ValidationError | undefined {
  const last = invalid.at(-1);
  if (last === undefined) return undefined;
  const more = invalid.length > 1 ? ` (and ${invalid.length - 1} more)` : "";
  const names = invalid.map(({ namespace, name, message }) => ({ name: `${namespace}/${name}`, message }));
  return new ValidationError(`${last.message}${more}`, { details: { field: fields[last.reason], invalid: names } });
}

/** What Applications may refer to, read once for all of them. */
export interface References {
  hasProject(name: string): Promise<boolean>;
  readonly clusters: readonly ClusterFacts[];
}

export async function readReferences(ports: Ports, namespace: string): Promise<References> {
  const known = new Map<string, Promise<boolean>>();
  const hasProject = (name: string): Promise<boolean> => {
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = ports.projects.has(name, namespace)));
    return found;
  };
  const { items } = await ports.clusters.list(namespace);
  return { hasProject, clusters: items };
}

/**
 * Applications whose project does not exist, or whose destination is not exactly one registered cluster, in their order.
 * The local cluster needs no registration.
 */
export async function checkReferences(
  applications: Iterable<Application>,
  references: References,
): Promise<InvalidApplication[]> {
  const destinations = destinationIndex(references.clusters);
  const invalid: InvalidApplication[] = [];
  for (const { metadata, spec } of applications) {
    const { name, namespace = "" } = metadata;
    const project = spec.project === "" ? "default" : spec.project;
    if (!(await references.hasProject(project))) {
      const message = `Application ${name} belongs to the AppProject ${project}, which does not exist`;
      invalid.push({ namespace, name, reason: "MissingProject", message });
      continue;
    }
    const problem = destinationProblem(spec.destination, destinations);
    if (problem === undefined) continue;
    invalid.push({ namespace, name, reason: "InvalidDestination", message: `Application ${name}: ${problem}` });
  }
  return invalid;
}

interface DestinationIndex {
  readonly servers: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, number>;
}

function destinationIndex(clusters: readonly ClusterFacts[]): DestinationIndex {
  const servers = new Set([inClusterServer]);
  const names = new Map<string, number>();
  for (const { name, server } of clusters) {
    servers.add(withoutSlash(server));
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  if (!names.has(inClusterName)) names.set(inClusterName, 1);
  return { servers, names };
}

function destinationProblem(
  { name = "", server = "" }: Application["spec"]["destination"],
  { servers, names }: DestinationIndex,
): string | undefined {
  if (name !== "" && server !== "") return `its destination has both the name ${name} and the server ${server}`;
  if (name === "" && server === "") return "its destination has neither a name nor a server";
  if (server !== "") {
    return servers.has(withoutSlash(server)) ? undefined : `its destination ${server} is no registered cluster`;
  }
  const count = names.get(name) ?? 0;
  if (count === 1) return undefined;
  return count === 0 ? `its destination ${name} is no registered cluster` : `${count} clusters are named ${name}`;
}

function withoutSlash(server: string): string {
  return server.replace(/\/+$/, "");
}
