import { notAcceptable, StatusError } from "../status-error.ts";

export type OutputForm = "object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";

/** What an answer is written as. */
export interface Output {
  readonly form: OutputForm;
  readonly metaVersion: "v1" | "v1beta1";
  readonly isYaml: boolean;
}

const plainJson: Output = { form: "object", metaVersion: "v1", isYaml: false };
const supported = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const forms = new Set<string>(["Table", "PartialObjectMetadata", "PartialObjectMetadataList"]);

/** The first clause of an Accept header that can be met; `*` and none mean JSON. Throws 406 when there is none. */
export function chooseOutput(accept: string | undefined, isBuiltin = false): Output {
  if (accept === undefined || accept === "" || accept === "application/json" || accept === "*/*") return plainJson;
  for (const clause of sortByQuality(accept.split(","))) {
    const output = outputOf(clause);
    if (output !== undefined) return output;
  }
  if (isBuiltin && !accept.split(",").some(namesKnownType)) throw noRepresentation();
  throw notAcceptable(supported);
}

function namesKnownType(clause: string): boolean {
  const type = clause.split(";")[0]!.trim();
  return type === "*/*" || type === "application/*" || supported.includes(type);
}

/** Built-in kinds refuse unknown types before they look at parameters. */
function noRepresentation(): StatusError {
  const streams = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];
  const message = `406: Not Acceptable\n\nAvailable representations: ${[...supported, ...streams].join(", ")}`;
  return new StatusError({ code: 406, reason: "NotAcceptable", message, details: {} });
}

function quality(clause: string): number {
  const match = /;\s*q=([\d.]+)/.exec(clause);
  return match === null ? 1 : Number(match[1]);
}

function sortByQuality(clauses: readonly string[]): readonly string[] {
  return clauses.some((clause) => clause.includes("q="))
    ? [...clauses].sort((left, right) => quality(right) - quality(left))
    : clauses;
}

function outputOf(clause: string): Output | undefined {
  const [type = "", ...parameters] = clause.split(";").map((part) => part.trim());
  const isYaml = type === "application/yaml";
  if (!isYaml && type !== "application/json" && type !== "*/*" && type !== "application/*") return undefined;
  const given = new Map(parameters.map((parameter) => parameter.split("=") as [string, string]));
  const form = given.get("as");
  if (form === undefined) return isYaml ? { ...plainJson, isYaml } : plainJson;
  const version = given.get("v");
  if (!forms.has(form) || given.get("g") !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1"))
    return undefined;
  return { form: form as OutputForm, metaVersion: version, isYaml };
}
