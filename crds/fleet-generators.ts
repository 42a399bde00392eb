import { anyJson, anyObject, flag, list, object, record, text, textMap } from "./fields.ts";
import { addedGenerators, generatorSchemas, leafGenerators, terminalGenerator } from "./generators.ts";

const children = list(anyObject(), "The entries to combine, as in spec.fleet.generators.");
const { template } = generatorSchemas.matrix.shape;
const { mergeKeys } = generatorSchemas.merge.shape;
const { selector } = terminalGenerator.shape;
const leaves = Object.fromEntries(
  Object.entries({ ...leafGenerators, ...addedGenerators }).map(([kind, schema]) => [kind, schema.optional()] as const),
);

/**
 * An entry of `spec.fleet.generators`. Structural schemas cannot refer to themselves, so that the definition keeps entries
 * as free JSON; they are checked with this schema, level by level, when the set is generated.
 */
export const fleetGeneratorEntry = object({
  ...leaves,
  matrix: object({ generators: children, template }).optional(),
  merge: object({ generators: children, mergeKeys, template }).optional(),
  selector,
  when: text("A template that gives true for the rows to keep and false for the others.").optional(),
  optional: flag("Of a later child of a matrix: rows without a partner in it stay.").optional(),
  defaults: record(anyJson(), "Of an optional child: the parameters of rows without a partner.").optional(),
  keys: textMap("Of a child of a merge: what its rows call the merge keys.").optional(),
});
