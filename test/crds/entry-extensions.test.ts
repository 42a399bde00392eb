import { expect, it } from "vitest";
import { misplacedExtension } from "../../crds/entry-extensions.ts";

it.each<[string, boolean]>([
  ["spec.generators[0].when", true],
  ["spec.generators[3].configMap", true],
  ["spec.generators[0].matrix.generators[1].optional", true],
  ["spec.generators[0].merge.generators[1].matrix.generators[0].keys", true],
  ["spec.generators[0].list.when", false],
  ["spec.generators[0].whem", false],
  ["spec.generators[0].git.directories[0].keys", false],
  ["spec.when", false],
  ["metadata.when", false],
])("tells what only spec.fleet.generators has: %s %s", (path, isMisplaced) => {
  expect(misplacedExtension(["spec.other", path])).toBe(isMisplaced ? path : undefined);
});
