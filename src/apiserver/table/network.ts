import { at, fieldsAt, listAt, numberAt, orElse, textAt } from "./fields.ts";
import { formatLabels, formatSelector } from "./selector.ts";
import { age, type Cells, name } from "./workloads.ts";

/** The first few of a list, and how many more there are. */
function withMore(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(",");
  return items.length > most ? `${shown} + ${items.length - most} more...` : shown;
}

/** The addresses of a load balancer; the server always answers for wide output, so nothing is cut. */
function balancerAddresses(object: unknown): string[] {
  const ingress = listAt(object, "status", "loadBalancer", "ingress");
  const addresses = ingress.map((one) => orElse(textAt(one, "ip"), textAt(one, "hostname")));
  return [...new Set(addresses.filter((address) => address !== ""))].sort();
}

function externalAddress(service: unknown): string {
  const external = listAt(service, "spec", "externalIPs").map(String);
  switch (textAt(service, "spec", "type")) {
    case "ClusterIP":
    case "NodePort":
      return orElse(external.join(","), "<none>");
    case "LoadBalancer":
      return orElse([...balancerAddresses(service), ...external].join(","), "<pending>");
    case "ExternalName":
      return textAt(service, "spec", "externalName");
    default:
      return "<unknown>";
  }
}

function servicePort(port: unknown): string {
  const node = numberAt(port, "nodePort");
  const number = node > 0 ? `${numberAt(port, "port")}:${node}` : String(numberAt(port, "port"));
  return `${number}/${textAt(port, "protocol")}`;
}

const service: Cells = (object, now) => [
  name(object),
  textAt(object, "spec", "type"),
  String(listAt(object, "spec", "clusterIPs")[0] ?? "<none>"),
  externalAddress(object),
  orElse(listAt(object, "spec", "ports").map(servicePort).join(","), "<none>"),
  age(object, now),
  formatLabels(fieldsAt(object, "spec", "selector")),
];

function hosts(ingress: unknown): string {
  const rules = listAt(ingress, "spec", "rules");
  const named = rules.slice(0, 3).map((rule) => textAt(rule, "host"));
  const shown = named.filter((host) => host !== "").join(",");
  if (shown === "") return "*";
  return rules.length > 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}

const ingress: Cells = (object, now) => [
  name(object),
  orElse(textAt(object, "spec", "ingressClassName"), "<none>"),
  hosts(object),
  balancerAddresses(object).join(","),
  listAt(object, "spec", "tls").length > 0 ? "80, 443" : "80",
  age(object, now),
];

export function isDefault(object: unknown, ...annotations: readonly string[]): boolean {
  const present = fieldsAt(object, "metadata", "annotations");
  return annotations.some((annotation) => present[annotation] === "true");
}

const ingressClass: Cells = (object, now) => {
  const parameters = at(object, "spec", "parameters");
  const group = textAt(parameters, "apiGroup");
  const kind = `${textAt(parameters, "kind")}${group === "" ? "" : `.${group}`}`;
  return [
    `${name(object)}${isDefault(object, "ingressclass.kubernetes.io/is-default-class") ? " (default)" : ""}`,
    textAt(object, "spec", "controller"),
    parameters === undefined ? "<none>" : `${kind}/${textAt(parameters, "name")}`,
    age(object, now),
  ];
};

function hostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const endpoints: Cells = (object, now) => {
  const subsets = listAt(object, "subsets");
  const all = subsets.flatMap((subset) => {
    const addresses = listAt(subset, "addresses").map((one) => textAt(one, "ip"));
    const ports = listAt(subset, "ports");
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => hostPort(address, numberAt(port, "port"))));
  });
  return [name(object), subsets.length === 0 ? "<none>" : withMore(all, 3), age(object, now)];
};

const endpointSlice: Cells = (object, now) => {
  const ports = listAt(object, "ports").map((port) => orElse(textAt(port, "port"), orElse(textAt(port, "name"), "*")));
  const addresses = listAt(object, "endpoints").flatMap((one) => listAt(one, "addresses").map(String));
  return [
    name(object),
    textAt(object, "addressType"),
    orElse(withMore(ports, 3), "<unset>"),
    orElse(withMore(addresses, 3), "<unset>"),
    age(object, now),
  ];
};

const ipAddress: Cells = (object) => {
  const parent = fieldsAt(object, "spec", "parentRef");
  const group = textAt(parent, "group");
  const resource = `${textAt(parent, "resource")}${group === "" ? "" : `.${group}`}`.toLowerCase();
  const path = [resource, textAt(parent, "namespace"), textAt(parent, "name")].filter((part) => part !== "");
  return [name(object), orElse(path.join("/"), "<none>")];
};

export const networkCells: { readonly [groupKind: string]: Cells } = {
  "Service.": service,
  "Endpoints.": endpoints,
  "EndpointSlice.discovery.k8s.io": endpointSlice,
  "Ingress.networking.k8s.io": ingress,
  "IngressClass.networking.k8s.io": ingressClass,
  "NetworkPolicy.networking.k8s.io": (object, now) => [
    name(object),
    formatSelector(at(object, "spec", "podSelector")),
    age(object, now),
  ],
  "ServiceCIDR.networking.k8s.io": (object, now) => [
    name(object),
    listAt(object, "spec", "cidrs").join(","),
    age(object, now),
  ],
  "IPAddress.networking.k8s.io": ipAddress,
};
