import { createHash } from "node:crypto";
import { each, type Fields, fieldsAt, fill, filling, inside, put, sequence } from "./fill.ts";

const firstNodePort = 30_000;
const nodePortCount = 2_768;

/**
 * A number that belongs to a name: the simulated allocations need no bookkeeping, which a real cluster's do, and stay the
 * same from run to run. Two services may get the same one; nothing here routes by it.
 */
function numberOf(key: string, count: number): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) % count;
}

/** 10.96.0.0/12, the range of kubeadm, past its first addresses. */
function clusterAddress(key: string): string {
  const host = 256 + numberOf(key, 2 ** 20 - 512);
  return `10.${96 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
}

function keyOf(object: Fields): string {
  const metadata = fieldsAt(object, "metadata");
  return `${String(metadata.namespace)}/${String(metadata.name)}`;
}

const targetPort = (port: Fields): Fields => fill(port, { protocol: "TCP", targetPort: port.port });

function addresses(spec: Fields, previous: Fields, key: string): Fields {
  const clusterIP = spec.clusterIP ?? previous.clusterIP ?? clusterAddress(key);
  const headless = clusterIP === "None";
  const selectorless = headless && spec.selector === undefined;
  return fill(spec, {
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: selectorless ? ["IPv4", "IPv6"] : ["IPv4"],
    ipFamilyPolicy: selectorless ? "RequireDualStack" : "SingleStack",
    internalTrafficPolicy: "Cluster",
  });
}

function portNumber(port: Fields): string {
  return `${String(port.protocol)}/${String(port.port)}`;
}

/** A port keeps the node port it had, whatever the writer left out. */
function nodePorts(spec: Fields, previous: Fields, key: string): Fields {
  const before = (Array.isArray(previous.ports) ? previous.ports : []) as Fields[];
  const known = new Map(before.map((port) => [portNumber(port), port.nodePort]));
  return each("ports", (port) => {
    const name = portNumber(port);
    return fill(port, { nodePort: known.get(name) ?? firstNodePort + numberOf(`${key}/${name}`, nodePortCount) });
  })(spec);
}

function ofType(spec: Fields, previous: Fields, key: string): Fields {
  const type = spec.type;
  if (type === "ExternalName") return spec;
  const addressed = addresses(spec, previous.type === "ExternalName" ? {} : previous, key);
  if (type !== "NodePort" && type !== "LoadBalancer") return addressed;
  const balancer = type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {};
  return nodePorts(fill(addressed, { externalTrafficPolicy: "Cluster", ...balancer }), previous, key);
}

export function service(object: Fields, previous: Fields | undefined): Fields {
  const before = previous === undefined ? {} : fieldsAt(previous, "spec");
  return sequence(
    inside(
      "spec",
      sequence(
        filling({ type: "ClusterIP", sessionAffinity: "None" }),
        (spec) => (spec.sessionAffinity === "ClientIP" ? withAffinity(spec) : spec),
        each("ports", targetPort),
        (spec) => ofType(spec, before, keyOf(object)),
      ),
    ),
    (filled) => put(filled, "status", fill(fieldsAt(filled, "status"), { loadBalancer: {} })),
  )(object);
}

function withAffinity(spec: Fields): Fields {
  return fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } });
}
