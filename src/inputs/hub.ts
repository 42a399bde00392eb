import type { LabelSelector } from "../../crds/generators.ts";
import type { KubeObject as PortObject, Ports, Reading, Remotes } from "../../generators/ports.ts";
import { GenerationError, messageOf } from "../base/errors.ts";
import { formatRequirement, parseLabelSelector } from "../base/selectors.ts";
import type { StringMap } from "../base/values.ts";
import type { KubeObject, ResourceType } from "../kube/objects.ts";
import { keyOf } from "../kube/objects.ts";
import { clusterFacts, clusterSecretLabel } from "./cluster-facts.ts";
import { clusterProblems } from "./cluster-problems.ts";
import { secretTexts } from "./secret-data.ts";

/** Objects of the hub, read from its API or from what watches have brought. */
export interface HubReader {
  /** All objects of a kind in a namespace that have these labels, in the order of their names, and the version read. */
  list(
    type: ResourceType,
    namespace: string,
    selector?: { readonly label?: string; readonly name?: string },
  ): Promise<{ readonly items: readonly KubeObject[]; readonly version: string }>;
  /** One object; undefined when there is none. */
  get(type: ResourceType, namespace: string, name: string): Promise<KubeObject | undefined>;
}

const core = { group: "", version: "v1" } as const;
export const secrets: ResourceType = { ...core, plural: "secrets" };
export const configMaps: ResourceType = { ...core, plural: "configmaps" };
export const projects: ResourceType = { group: "argoproj.io", version: "v1alpha1", plural: "appprojects" };

/**
 * The ports of generators on a live hub. Every failure to read is a retryable GenerationError: nothing is taken for absent.
 * `warn` is told of cluster Secrets that give rows but could not be connected to.
 */
export function hubPorts(hub: HubReader, remotes: Remotes, warn?: (message: string) => void): Ports {
  return {
    ...remotes,
    clusters: {
      async list(namespace) {
        const label = `${clusterSecretLabel}=cluster`;
        const { items, version } = await reading("clusters", () => hub.list(secrets, namespace, { label }));
        if (warn !== undefined) for (const message of items.flatMap(clusterWarnings)) warn(message);
        return complete(items.map(clusterFacts), version);
      },
    },
    projects: {
      async has(name, namespace) {
        if (name === "default") return true;
        return (await reading(`AppProject ${name}`, () => hub.get(projects, namespace, name))) !== undefined;
      },
    },
    objects: {
      async configMap(name, namespace) {
        const found = await reading(`ConfigMap ${name}`, () => hub.get(configMaps, namespace, name));
        return found === undefined ? undefined : ((found.data ?? {}) as StringMap);
      },
      async secret(name, namespace) {
        const found = await reading(`Secret ${name}`, () => hub.get(secrets, namespace, name));
        return found === undefined ? undefined : secretTexts(found);
      },
      async list({ apiVersion, plural, namespace, name, selector }) {
        const [version = "", group = ""] = apiVersion.split("/").reverse();
        const label = selector === undefined ? undefined : labelText(selector);
        const query = { ...(label === undefined ? {} : { label }), ...(name === undefined ? {} : { name }) };
        const found = await reading(plural, () => hub.list({ group, version, plural }, namespace, query));
        return complete(found.items as unknown as PortObject[], found.version);
      },
    },
  };
}

/** `Secret argocd/eu-1 has no server`, for each thing that is wrong with it. */
export function clusterWarnings(secret: KubeObject): string[] {
  return clusterProblems(secret).map((problem) => `Secret ${keyOf(secret)} ${problem}`);
}

function labelText(selector: LabelSelector): string {
  return parseLabelSelector(selector).requirements.map(formatRequirement).join(",");
}

function complete<T>(items: readonly T[], version: string): Reading<T> {
  return { items, completeness: "complete", gaps: [], version };
}

async function reading<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause: unknown) {
    throw new GenerationError(`reading ${what} from the hub: ${messageOf(cause)}`, { cause, retryable: true });
  }
}
