import { at, fieldsAt, isFields, listAt, textAt } from "../../table/fields.ts";
import { duplicate, type FieldError, forbiddenField, invalid, required } from "../../validation/field-error.ts";
import { labelName, qualifiedNameProblems, subdomainName } from "../../validation/names.ts";
import { labelErrors } from "../../validation/object-meta.ts";
import { named, oneOf } from "./checks.ts";
import { containerErrors } from "./container.ts";
import { podUpdateErrors } from "./pod-update.ts";

/** Fields that name the thing a volume comes from. */
const sourceNames: { readonly [source: string]: string } = {
  configMap: "name",
  secret: "secretName",
  persistentVolumeClaim: "claimName",
  hostPath: "path",
};

/** The order in which a server looks at the sources: the first is the volume's, another is one too many. */
const sourceOrder = ["emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs"];

function sourceErrors(volume: unknown, path: string): FieldError[] {
  const known = isFields(volume) ? Object.keys(volume).filter((key) => key !== "name") : [];
  const rank = (name: string) => (sourceOrder.includes(name) ? sourceOrder.indexOf(name) : sourceOrder.length);
  const [, ...more] = known.sort((a, b) => rank(a) - rank(b));
  const extra = more.map((name) => forbiddenField(`${path}.${name}`, "may not specify more than 1 volume type"));
  const unnamed = Object.entries(sourceNames).flatMap(([source, field]) => {
    const value = at(volume, source);
    return value === undefined || textAt(value, field) !== "" ? [] : [required(`${path}.${source}.${field}`)];
  });
  return [...extra, ...unnamed];
}

function volumeErrors(
  spec: unknown,
  path: string,
): { readonly names: ReadonlySet<string>; readonly errors: FieldError[] } {
  const names = new Set<string>();
  const errors = listAt(spec, "volumes").flatMap((volume, index) => {
    const place = `${path}.volumes[${index}]`;
    const name = textAt(volume, "name");
    const sources = sourceErrors(volume, place);
    if (name === "") return [...sources, required(`${place}.name`)];
    const problems = labelName(name).map((problem) => invalid(`${place}.name`, name, problem));
    if (problems.length === 0 && names.has(name)) problems.push(duplicate(`${place}.name`, name));
    names.add(name);
    return [...sources, ...problems];
  });
  return { names, errors };
}

/** What is wrong with a pod's spec, in the order in which a kube-apiserver says it. */
export function podSpecErrors(spec: unknown, path: string): FieldError[] {
  const volumes = volumeErrors(spec, path);
  const nodeSelector = Object.keys(fieldsAt(spec, "nodeSelector")).flatMap((key) =>
    qualifiedNameProblems(key).map((problem) => invalid(`${path}.nodeSelector`, key, problem)),
  );
  return [
    ...volumes.errors,
    ...containerErrors(spec, path, volumes.names),
    ...oneOf("Always", "OnFailure", "Never")(at(spec, "restartPolicy"), `${path}.restartPolicy`),
    ...oneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")(at(spec, "dnsPolicy"), `${path}.dnsPolicy`),
    ...nodeSelector,
    ...named(subdomainName)(at(spec, "serviceAccountName"), `${path}.serviceAccountName`),
    ...named(subdomainName)(at(spec, "nodeName"), `${path}.nodeName`),
  ];
}

/** A pod template: its labels and its spec. */
export function podTemplateErrors(template: unknown, path: string): FieldError[] {
  const labels = fieldsAt(template, "metadata", "labels") as { readonly [key: string]: string };
  return [...labelErrors(labels, `${path}.metadata.labels`), ...podSpecErrors(at(template, "spec"), `${path}.spec`)];
}

export function podErrors(object: unknown, previous: unknown): FieldError[] {
  const errors = podSpecErrors(at(object, "spec"), "spec");
  return previous === undefined ? errors : [...errors, ...podUpdateErrors(object, previous)];
}
