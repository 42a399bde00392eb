import type { ClusterFacts } from "../../generators/ports.ts";
import { own, type StringMap, stringMap } from "../base/values.ts";
import { type SecretObject, secretTexts } from "./secret-data.ts";

export const clusterSecretLabel = "argocd.argoproj.io/secret-type";

interface ClusterSecret extends SecretObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: StringMap;
    readonly annotations?: StringMap;
  };
}

/** Whether an object of kind Secret registers a cluster. */
export function isClusterSecret(secret: ClusterSecret): boolean {
  return own(secret.metadata.labels ?? {}, clusterSecretLabel) === "cluster";
}

// A watched Secret stays the same object until it changes: its facts are read once, and what is made of them is kept.
const known = new WeakMap<ClusterSecret, ClusterFacts>();

/** What generators may see of a cluster Secret: never its `config`. The same Secret object gives the same facts object. */
export function clusterFacts(secret: ClusterSecret): ClusterFacts {
  const facts = known.get(secret) ?? readFacts(secret);
  known.set(secret, facts);
  return facts;
}

function readFacts(secret: ClusterSecret): ClusterFacts {
  const texts = secretTexts(secret);
  const { name, namespace, labels, annotations } = secret.metadata;
  return {
    name: own(texts, "name") ?? "",
    server: own(texts, "server") ?? "",
    project: own(texts, "project") ?? "",
    labels: filled(labels),
    annotations: filled(annotations),
    source: `Secret ${namespace === undefined ? "" : `${namespace}/`}${name}`,
  };
}

// An API server gives no labels where a manifest may give an empty map.
function filled(map: StringMap | undefined): StringMap | undefined {
  return map === undefined || map === null || Object.keys(map).length === 0 ? undefined : stringMap(map);
}
