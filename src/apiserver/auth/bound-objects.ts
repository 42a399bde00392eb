import type { ResourceExchange } from "../http/resource-exchange.ts";
import type { KubeObject } from "../resources.ts";
import { badRequest, conflict, notFound } from "../status-error.ts";
import type { BoundObject } from "./account-tokens.ts";

/** `spec.boundObjectRef` of a TokenRequest. */
export interface BoundReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

const bindable: { readonly [kind: string]: BoundObject["kind"] } = { Pod: "pod", Secret: "secret", Node: "node" };

/** What a token shall be bound to, looked up. Throws 404 for what is not there, 409 for another of the name. */
export function boundObjects(exchange: ResourceExchange, ref: BoundReference | undefined): readonly BoundObject[] {
  if (ref === undefined) return [];
  const { kind: named = "", apiVersion = "", name = "", uid = "" } = ref;
  const kind = !apiVersion.includes("/") && Object.hasOwn(bindable, named) ? bindable[named] : undefined;
  if (kind === undefined) throw badRequest(`cannot bind token to object of type ${typeText(apiVersion, named)}`);
  const object = find(exchange, kind, name);
  const found = { kind, name, uid: object.metadata?.uid ?? "" };
  if (kind === "pod") checkPod(exchange, object);
  if (uid !== "" && uid !== found.uid) throw otherUid(ref, found.uid);
  return [found, ...(kind === "pod" ? nodeOf(exchange, object) : [])];
}

/** As Go prints a group, version and kind. */
function typeText(apiVersion: string, kind: string): string {
  const group = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  return `${group}, Kind=${kind}`;
}

function find({ cluster, target }: ResourceExchange, kind: BoundObject["kind"], name: string): KubeObject {
  const plural = `${kind}s`;
  const stored = cluster.store.get(`/${plural}`, kind === "node" ? "" : target.namespace, name);
  if (stored === undefined) throw notFound({ group: "", plural }, name);
  return stored.object;
}

function checkPod({ target }: ResourceExchange, pod: KubeObject): void {
  const { serviceAccountName = "" } = (pod.spec ?? {}) as { readonly serviceAccountName?: string };
  if (serviceAccountName === target.name) return;
  const account = JSON.stringify(target.name);
  throw badRequest(
    `cannot bind token for serviceaccount ${account} to pod running with different serviceaccount name.`,
  );
}

function nodeOf({ cluster }: ResourceExchange, pod: KubeObject): readonly BoundObject[] {
  const { nodeName = "" } = (pod.spec ?? {}) as { readonly nodeName?: string };
  const node = nodeName === "" ? undefined : cluster.store.get("/nodes", "", nodeName)?.object;
  return nodeName === "" ? [] : [{ kind: "node", name: nodeName, uid: node?.metadata?.uid ?? "" }];
}

function otherUid({ kind = "", name = "", uid = "" }: BoundReference, actual: string): Error {
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record (${actual}). The object might have been deleted and then recreated`;
  return conflict({ group: "", plural: kind }, name, why.replace(` (${actual})`, ""));
}
