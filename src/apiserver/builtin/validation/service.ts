import { at, listAt, numberAt, textAt } from "../../table/fields.ts";
import { duplicate, type FieldError, invalid, required } from "../../validation/field-error.ts";
import { labelErrors } from "../../validation/object-meta.ts";
import { isPort, oneOf, repeatedAt } from "./checks.ts";
import type { Validate } from "./workloads.ts";

function portErrors(port: unknown, path: string, mustBeNamed: boolean): FieldError[] {
  const number = numberAt(port, "port");
  return [
    ...(mustBeNamed && textAt(port, "name") === "" ? [required(`${path}.name`)] : []),
    ...isPort(number, `${path}.port`),
    ...oneOf("SCTP", "TCP", "UDP")(at(port, "protocol"), `${path}.protocol`),
    ...isPort(at(port, "targetPort"), `${path}.targetPort`),
  ];
}

/** As Go prints the port that comes a second time: what tells one port from another. */
function portKey(port: unknown): object {
  const Protocol = textAt(port, "protocol");
  return { Name: "", Protocol, AppProtocol: null, Port: numberAt(port, "port"), TargetPort: 0, NodePort: 0 };
}

function portsErrors(spec: unknown): FieldError[] {
  const ports = listAt(spec, "ports");
  const isHeadless = textAt(spec, "clusterIP") === "None";
  if (ports.length === 0) return isHeadless ? [] : [required("spec.ports")];
  const repeatedNames = new Set(repeatedAt(ports, (port) => textAt(port, "name")));
  const repeatedPorts = repeatedAt(ports, (port) => JSON.stringify(portKey(port)));
  const each = ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const repeated = repeatedNames.has(index) ? [duplicate(`${path}.name`, textAt(port, "name"))] : [];
    return [...repeated, ...portErrors(port, path, ports.length > 1)];
  });
  return [...each, ...repeatedPorts.map((index) => duplicate(`spec.ports[${index}]`, portKey(ports[index])))];
}

function addressChanges(object: unknown, previous: unknown): FieldError[] {
  const before = textAt(previous, "spec", "clusterIP");
  const now = textAt(object, "spec", "clusterIP");
  const isExternal = [object, previous].some((one) => textAt(one, "spec", "type") === "ExternalName");
  if (previous === undefined || isExternal || before === "" || before === now) return [];
  return [invalid("spec.clusterIPs[0]", [now], "may not change once set")];
}

export const service: Validate = (object, previous) => {
  const spec = at(object, "spec");
  const type = textAt(spec, "type");
  const isExternal = type === "ExternalName";
  return [
    ...(isExternal && textAt(spec, "externalName") === "" ? [required("spec.externalName")] : []),
    ...(isExternal ? [] : portsErrors(spec)),
    ...labelErrors(at(spec, "selector") as { readonly [key: string]: string } | undefined, "spec.selector"),
    ...oneOf("ClientIP", "None")(at(spec, "sessionAffinity"), "spec.sessionAffinity"),
    ...oneOf("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")(at(spec, "type"), "spec.type"),
    ...addressChanges(object, previous),
  ];
};
