import { listAt, numberAt, textAt } from "../../table/fields.ts";

/** A container and its path in the pod. */
export interface PlacedContainer {
  readonly container: unknown;
  readonly path: string;
}

interface PlacedPort {
  readonly path: string;
  readonly name: string;
  readonly key: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

function placedPorts(containers: readonly PlacedContainer[]): PlacedPort[] {
  return containers.flatMap(({ container, path }) =>
    listAt(container, "ports").map((port, index) => ({
      path: `${path}.ports[${index}]`,
      name: textAt(port, "name"),
      key: `${numberAt(port, "containerPort")}/${textAt(port, "protocol")}`,
      hostIP: textAt(port, "hostIP"),
      hostPort: numberAt(port, "hostPort"),
    })),
  );
}

/** Ports of a pod's containers that meet: containers of one pod share its address. */
export function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = placedPorts(containers);
  if (ports.length < 2) return [];
  return [...definitionWarnings(ports), ...nameWarnings(ports)];
}

function definitionWarnings(ports: readonly PlacedPort[]): string[] {
  const known = new Map<string, PlacedPort[]>();
  const warnings: string[] = [];
  for (const port of ports) {
    const others = known.get(port.key) ?? [];
    for (const other of others) {
      const how = clash(port, other);
      if (how !== undefined) warnings.push(`${port.path}: ${how} port definition with ${other.path}`);
    }
    known.set(port.key, [...others, port]);
  }
  return warnings;
}

function clash(port: PlacedPort, other: PlacedPort): string | undefined {
  if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) return "duplicate";
  if (port.hostPort === 0 || other.hostPort === 0) return "overlapping";
  const isOneOpen = (port.hostIP === "") !== (other.hostIP === "");
  return port.hostPort === other.hostPort && isOneOpen ? "dangerously ambiguous" : undefined;
}

function nameWarnings(ports: readonly PlacedPort[]): string[] {
  const known = new Map<string, string>();
  const warnings: string[] = [];
  for (const { name, path } of ports) {
    const other = known.get(name);
    if (name === "") continue;
    if (other === undefined) known.set(name, path);
    else {
      const use = `services and probes that select ports by name will use ${other}`;
      warnings.push(`${path}: duplicate port name ${JSON.stringify(name)} with ${other}, ${use}`);
    }
  }
  return warnings;
}
