import { at, fieldsAt, listAt, textAt } from "../../table/fields.ts";
import {
  duplicate,
  type FieldError,
  fieldNotFound,
  forbiddenField,
  invalid,
  required,
} from "../../validation/field-error.ts";
import { labelName } from "../../validation/names.ts";
import { compareQuantities } from "../quantity.ts";
import { all, type Check, fields, items, needsPort, notNegative, oneOf, optional, repeatedAt } from "./checks.ts";

const handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

const probe: Check = (value, path) => {
  const chosen = handlers.filter((name) => at(value, name) !== undefined);
  const [first, ...more] = chosen;
  const extra = more.map((name) => forbiddenField(`${path}.${name}`, "may not specify more than 1 handler type"));
  const none = first === undefined ? [required(path, "must specify a handler type")] : [];
  const numbers = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
  const negative = numbers.flatMap((name) => notNegative(at(value, name), `${path}.${name}`));
  return [...extra, ...none, ...negative];
};

const portName: Check = (value, path) => {
  const name = typeof value === "string" ? value : "";
  if (name === "") return [];
  const errors: FieldError[] = [];
  if (name.length > 15) errors.push(invalid(path, name, "must be no more than 15 characters"));
  if (!/^[-a-z0-9]+$/.test(name))
    errors.push(invalid(path, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"));
  else if (!/[a-z]/.test(name)) errors.push(invalid(path, name, "must contain at least one letter (a-z)"));
  else if (name.includes("--")) errors.push(invalid(path, name, "must not contain consecutive hyphens"));
  else if (name.startsWith("-") || name.endsWith("-"))
    errors.push(invalid(path, name, "must not begin or end with a hyphen"));
  return errors;
};

const ports: Check = (value, path) => {
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  const repeated = new Set(repeatedAt(list, (port) => textAt(port, "name")));
  return list.flatMap((port, index) => [
    ...portName(at(port, "name"), `${path}[${index}].name`),
    ...(repeated.has(index) ? [duplicate(`${path}[${index}].name`, textAt(port, "name"))] : []),
    ...needsPort(at(port, "containerPort"), `${path}[${index}].containerPort`),
    ...oneOf("SCTP", "TCP", "UDP")(at(port, "protocol"), `${path}[${index}].protocol`),
  ]);
};

const environment: Check = items((variable, path) => {
  const errors: FieldError[] = textAt(variable, "name") === "" ? [required(`${path}.name`)] : [];
  const source = fieldsAt(variable, "valueFrom");
  if (Object.keys(source).length > 0 && textAt(variable, "value") !== "")
    errors.push(invalid(`${path}.valueFrom`, "", "may not be specified when `value` is not empty"));
  return errors;
});

const standardResources = ["cpu", "memory", "ephemeral-storage"];

function resourceName(name: string, path: string): FieldError[] {
  if (name.includes("/") || name.startsWith("hugepages-") || standardResources.includes(name)) return [];
  return [
    invalid(path, name, "must be a standard resource type or fully qualified"),
    invalid(path, name, "must be a standard resource for containers"),
  ];
}

function amounts(value: unknown, path: string): FieldError[] {
  return Object.entries(fieldsAt(value)).flatMap(([name, amount]) => {
    const place = `${path}[${name}]`;
    const isNegative = String(amount).startsWith("-");
    const negative = isNegative ? [invalid(place, String(amount), "must be greater than or equal to 0")] : [];
    return [...resourceName(name, place), ...negative];
  });
}

const resources: Check = (value, path) => {
  const limits = fieldsAt(value, "limits");
  const requests = fieldsAt(value, "requests");
  const over = Object.entries(requests).flatMap(([name, amount]) => {
    const limit = limits[name];
    if (limit === undefined || compareQuantities(amount, limit) <= 0) return [];
    return [
      invalid(`${path}.requests`, String(amount), `must be less than or equal to ${name} limit of ${String(limit)}`),
    ];
  });
  return [...amounts(limits, `${path}.limits`), ...amounts(requests, `${path}.requests`), ...over];
};

function mounts(volumes: ReadonlySet<string>): Check {
  return (value, path) => {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    const repeated = new Set(repeatedAt(list, (mount) => textAt(mount, "mountPath")));
    return list.flatMap((mount, index) => {
      const place = `${path}[${index}]`;
      const [name, target] = [textAt(mount, "name"), textAt(mount, "mountPath")];
      const unknown = volumes.has(name) ? [] : [fieldNotFound(`${place}.name`, name)];
      return [
        ...(name === "" ? [required(`${place}.name`)] : unknown),
        ...(target === "" ? [required(`${place}.mountPath`)] : []),
        ...(repeated.has(index) ? [invalid(`${place}.mountPath`, target, "must be unique")] : []),
      ];
    });
  };
}

const image: Check = (value, path) => {
  const text = typeof value === "string" ? value : "";
  if (text === "") return [required(path)];
  return text === text.trim() ? [] : [invalid(path, text, "must not have leading or trailing whitespace")];
};

const lifecycle = fields({ postStart: optional(handler), preStop: optional(handler) });

function handler(value: unknown, path: string): readonly FieldError[] {
  const chosen = [...handlers, "sleep"].filter((name) => at(value, name) !== undefined);
  return chosen.length === 0 ? [required(path, "must specify a handler type")] : [];
}

function container(volumes: ReadonlySet<string>): Check {
  return fields({
    image,
    imagePullPolicy: oneOf("Always", "IfNotPresent", "Never"),
    ports,
    env: environment,
    volumeMounts: mounts(volumes),
    resources: optional(resources),
    livenessProbe: optional(probe),
    readinessProbe: optional(probe),
    startupProbe: optional(probe),
    lifecycle: optional(lifecycle),
  });
}

function containerName(names: Set<string>): Check {
  return (value, path) => {
    const name = textAt(value, "name");
    if (name === "") return [required(`${path}.name`)];
    const problems = labelName(name).map((problem) => invalid(`${path}.name`, name, problem));
    if (problems.length > 0) return problems;
    if (names.has(name)) return [duplicate(`${path}.name`, name)];
    names.add(name);
    return [];
  };
}

/** Containers of a pod: at least one, each with a name of its own and an image. */
export function containerErrors(spec: unknown, path: string, volumes: ReadonlySet<string>): readonly FieldError[] {
  const names = new Set<string>();
  const check = items(all(containerName(names), container(volumes)));
  const list = listAt(spec, "containers");
  const errors = list.length === 0 ? [required(`${path}.containers`)] : check(list, `${path}.containers`);
  return [...errors, ...check(listAt(spec, "initContainers"), `${path}.initContainers`)];
}
