import type { KubeObject } from "../resources.ts";
import { at, type Fields, fieldsAt, listAt, textAt } from "../table/fields.ts";
import { balancerAddress } from "./names.ts";
import type { SimulatedKind } from "./simulated.ts";

function isBalancer(object: unknown): boolean {
  return textAt(object, "spec", "type") === "LoadBalancer";
}

/** A load balancer gets an address; one that fails stays pending. */
export const service: SimulatedKind = {
  resource: { group: "", version: "v1", plural: "services" },
  kind: "Service",
  marker: (object) => textAt(object, "spec", "type"),
  isSettled: (object) => isBalancer(object) === listAt(object, "status", "loadBalancer", "ingress").length > 0,
  status: (object, { isDone, isFailing }) => {
    const present = fieldsAt(object, "status");
    if (!isBalancer(object)) return { ...present, loadBalancer: {} };
    if (!isDone || isFailing) return isFailing ? { ...present, loadBalancer: {} } : present;
    const ip = textAt(object, "spec", "loadBalancerIP") || balancerAddress(textAt(object, "metadata", "uid"));
    return { ...present, loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } };
  },
};

function claimStatus(object: unknown): Fields {
  const storage = at(object, "spec", "resources", "requests", "storage");
  return {
    phase: "Bound",
    accessModes: listAt(object, "spec", "accessModes"),
    ...(storage === undefined ? {} : { capacity: { storage } }),
  };
}

function bind(object: KubeObject): KubeObject {
  if (textAt(object, "spec", "volumeName") !== "") return object;
  const volumeName = `pvc-${textAt(object, "metadata", "uid")}`;
  return { ...object, spec: { ...fieldsAt(object, "spec"), volumeName } };
}

/** A claim is bound to a volume that exists by name alone. */
export const persistentVolumeClaim: SimulatedKind = {
  resource: { group: "", version: "v1", plural: "persistentvolumeclaims" },
  kind: "PersistentVolumeClaim",
  marker: (object) => textAt(object, "spec", "resources", "requests", "storage"),
  isSettled: (object) => textAt(object, "status", "phase") === "Bound",
  status: (object, { isDone, isFailing }) =>
    isDone && !isFailing ? claimStatus(object) : { ...fieldsAt(object, "status"), phase: "Pending" },
  change: bind,
};

/** Volumes are there as soon as they are declared. */
export const persistentVolume: SimulatedKind = {
  resource: { group: "", version: "v1", plural: "persistentvolumes" },
  kind: "PersistentVolume",
  marker: () => "",
  isSettled: (object) => textAt(object, "status", "phase") !== "Pending",
  status: (object, { isDone, isFailing }) =>
    isDone && !isFailing ? { ...fieldsAt(object, "status"), phase: "Available" } : fieldsAt(object, "status"),
};
