import type { AppProject } from "../../crds/app-project.ts";
import type { PatternError } from "../base/glob/pattern-error.ts";
import { compileGlob } from "./glob.ts";
import type { Member } from "./member.ts";
import type { ResourceKey } from "./tracking.ts";
import { describeKey } from "./tracking.ts";

interface GroupKind {
  readonly group: string;
  readonly kind: string;
  readonly name?: string | undefined;
}

const compiled = new Map<string, (text: string) => boolean>();
const maxCompiled = 5_000;

/** A pattern of a project that can't be read matches nothing, as in Argo CD: what it should allow stays forbidden. */
function matches(pattern: string, text: string): boolean {
  let match = compiled.get(pattern);
  if (match === undefined) {
    match = compileOrNothing(pattern);
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(pattern, match);
  }
  return match(text);
}

function compileOrNothing(pattern: string): (text: string) => boolean {
  try {
    return compileGlob(pattern);
  } catch (error: unknown) {
    if ((error as PatternError).reason !== "InvalidPattern") throw error;
    return () => false;
  }
}

function holds(list: readonly GroupKind[], key: ResourceKey): boolean {
  return list.some(
    ({ group, kind, name }) =>
      matches(group, key.group) &&
      matches(kind, key.kind) &&
      (name === undefined || name === "" || matches(name, key.name)),
  );
}

/**
 * Why a project does not let its Applications deploy an object; undefined when it does. `project` is undefined for the
 * project `default` where nobody made one, which allows everything. Rules: AppProject of Argo CD.
 */
export function forbiddenBy(
  project: AppProject | undefined,
  key: ResourceKey,
  namespaced: boolean,
  member: Member,
): string | undefined {
  if (project === undefined) return undefined;
  const { name } = project.metadata;
  const kind = `${key.kind}${key.group === "" ? "" : `.${key.group}`}`;
  if (!isKindPermitted(project, key, namespaced)) return `project ${name} does not permit ${kind}: ${describeKey(key)}`;
  if (!namespaced || isDestinationPermitted(project, member, key.namespace)) return undefined;
  return `project ${name} does not permit namespace ${key.namespace} on cluster ${member.name}`;
}

function isKindPermitted({ spec }: AppProject, key: ResourceKey, namespaced: boolean): boolean {
  if (namespaced) {
    const { namespaceResourceWhitelist: allowed, namespaceResourceBlacklist: denied = [] } = spec;
    return (allowed === undefined || holds(allowed, key)) && !holds(denied, key);
  }
  return holds(spec.clusterResourceWhitelist ?? [], key) && !holds(spec.clusterResourceBlacklist ?? [], key);
}

interface Destination {
  readonly server?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

function isDestinationPermitted({ spec }: AppProject, member: Member, namespace: string): boolean {
  const servers = [member.client.server, member.cluster?.server ?? "https://kubernetes.default.svc"];
  const isAt = (destination: Destination) => {
    const plain = (pattern = "") => pattern.replace(/^!/, "");
    const atServer = servers.some((server) => destination.server && matches(plain(destination.server), server));
    const atName = destination.name ? matches(plain(destination.name), member.name) : false;
    return (atServer || atName) && matches(plain(destination.namespace), namespace);
  };
  const denies = (destination: Destination) =>
    [destination.server, destination.name, destination.namespace].some((pattern) => pattern?.startsWith("!"));
  const destinations = (spec.destinations ?? []).filter(isAt);
  return destinations.length > 0 && !destinations.some(denies);
}
