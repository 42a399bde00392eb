import { kubeTime } from "../../base/clock.ts";
import type { KubeObject } from "../resources.ts";
import { hostAddress } from "./pod.ts";

export const nodeResource = { group: "", version: "v1", plural: "nodes" };

/** The one machine of a simulated member. */
export function nodeObject(name: string): KubeObject {
  const labels = {
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "node-role.kubernetes.io/control-plane": "",
  };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

const capacity = { cpu: "16", memory: "64Gi", "ephemeral-storage": "500Gi", pods: "500" };

export function nodeStatus(name: string, nowMs: number): KubeObject {
  const at = kubeTime(nowMs);
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: "InternalIP", address: hostAddress(name) },
      { type: "Hostname", address: name },
    ],
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "this node is simulated",
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      },
    ],
    nodeInfo: {
      architecture: "amd64",
      bootID: "",
      containerRuntimeVersion: "simulated://1",
      kernelVersion: "simulated",
      kubeProxyVersion: "",
      kubeletVersion: "v1.36.0-simulated",
      machineID: "",
      operatingSystem: "linux",
      osImage: "fleetset simulated member",
      systemUUID: "",
    },
  };
}
