import { anyObject, choice, int64, list, object, type Shape, text } from "./fields.ts";

/**
 * What fleetset adds to an ApplicationSet, in one place: `spec.fleet`, or the same as YAML in the annotation
 * `fleetset.io/fleet` where the CRD of Argo CD would drop it. Without it a set behaves as in Argo CD.
 */
export const fleetSpec = object(
  {
    engine: choice(
      ["flat", "go", "handlebars"],
      "The template engine; flat or go by goTemplate when absent.",
    ).optional(),
    generators: list(
      anyObject(),
      "More generators, whose rows come after those of spec.generators: here a matrix may have more than two children and optional ones, merge keys may be nested and differ, entries may have a condition, and there are more kinds.",
    ).optional(),
    partial: choice(
      ["freeze", "proceed"],
      "When an input could not be read completely: write nothing (freeze, the default), or create and update from the complete rows.",
    ).optional(),
    deletion: object(
      {
        maxCount: int64("More deletions than this in one plan are held until approved.", { minimum: 0 }).optional(),
        maxPercent: int64("Deletions of more than this share of the live Applications are held until approved.", {
          minimum: 0,
          maximum: 100,
        }).optional(),
        onEmptyInput: choice(
          ["hold", "delete"],
          "When the generators give no row at all: hold every deletion, or delete.",
        ).optional(),
        grace: text("How long an Application must be gone from the rows before it is deleted: 10m, 1h.", {
          pattern: "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
        }).optional(),
      },
      "Limits of what one plan may delete.",
    ).optional(),
    limits: object(
      {
        maxApplications: int64("A set that generates more Applications than this fails.", { minimum: 1 }).optional(),
      },
      "Limits of what the set may generate.",
    ).optional(),
    delivery: choice(
      ["hub", "push", "pull"],
      "Who carries the Applications out: whoever watches the hub (the default), fleetset itself, or the member cluster.",
    ).optional(),
  },
  "What fleetset adds to ApplicationSets.",
);

/** What fleetset adds to an ApplicationSet. */
export type FleetSpec = Shape<typeof fleetSpec>;
