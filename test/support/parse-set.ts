import type { ApplicationSet } from "../../crds/application-set.ts";
import { structuralSchema } from "../../crds/schema.ts";
import { applyDefaults, prune, validate } from "../../crds/structural.ts";
import { InvalidError } from "../../src/base/errors.ts";
import { parseYaml } from "../../src/base/yaml.ts";

/** An ApplicationSet as an API server would store it. Throws an InvalidError where it would refuse it. */
export function parseSet(text: string): ApplicationSet {
  const manifest = parseYaml(text);
  const schema = structuralSchema("ApplicationSet");
  prune(schema, manifest);
  applyDefaults(schema, manifest);
  const [issue] = validate(schema, manifest);
  if (issue !== undefined) throw new InvalidError(issue.message, { details: { field: issue.path } });
  return manifest as unknown as ApplicationSet;
}
