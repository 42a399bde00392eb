import type { ApplicationSet } from "../../crds/application-set.ts";
import { parseYaml } from "../../src/base/yaml.ts";

export function parseSet(text: string): ApplicationSet {
  return parseYaml(text) as unknown as ApplicationSet;
}
