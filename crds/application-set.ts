import { resourceStatus } from "./application-status.ts";
import { type ApplicationSetTemplate, applicationTemplate } from "./application-template.ts";
import { choice, flag, int64, intOrString, list, moment, object, type Shape, text, texts } from "./fields.ts";
import { type FleetSpec, fleetSpec } from "./fleet.ts";
import { applicationSetGenerator, type GeneratorEntry } from "./generators.ts";
import type { ObjectMeta } from "./object-meta.ts";

export type { ApplicationSetTemplate } from "./application-template.ts";
export type { FleetSpec } from "./fleet.ts";
export type {
  ApplicationSetGenerator,
  GeneratorEntry,
  GeneratorKind,
  GeneratorSpec,
  LabelSelector,
  NestedGenerator,
  TerminalGenerator,
} from "./generators.ts";
export type { ObjectMeta, OwnerReference } from "./object-meta.ts";

const strategy = object(
  {
    deletionOrder: text("Reverse deletes in the reverse order of the steps.").optional(),
    rollingSync: object(
      {
        steps: list(
          object({
            matchExpressions: list(
              object({
                key: text("A label of the Applications.").optional(),
                operator: text("In or NotIn.").optional(),
                values: texts("Its values.").optional(),
              }),
              "Which Applications belong to the step.",
            ).optional(),
            maxUpdate: intOrString("How many may be synced at a time: a number or a percentage.").optional(),
          }),
          "Groups of Applications, one after the other.",
        ).optional(),
      },
      "The steps of a RollingSync.",
    ).optional(),
    type: text("AllAtOnce or RollingSync.").optional(),
  },
  "In which order Applications are changed.",
);

const setFields = {
  applyNestedSelectors: flag("Has no effect: selectors of nested generators always count.").optional(),
  fleet: fleetSpec.optional(),
  generators: list(applicationSetGenerator, "Where the rows of parameters come from."),
  goTemplate: flag("Renders with Go templates and not with flat {{name}} tags.").optional(),
  goTemplateOptions: texts("Options of Go templates, such as missingkey=error.").optional(),
  ignoreApplicationDifferences: list(
    object({
      jqPathExpressions: texts("jq paths of the fields.").optional(),
      jsonPointers: texts("JSON pointers of the fields.").optional(),
      name: text("Only this Application; all when absent.").optional(),
    }),
    "Fields of live Applications that are left to others.",
  ).optional(),
  preservedFields: object(
    {
      annotations: texts("Annotations to keep.").optional(),
      labels: texts("Labels to keep.").optional(),
    },
    "Metadata of live Applications that is kept.",
  ).optional(),
  strategy: strategy.optional(),
  syncPolicy: object(
    {
      applicationsSync: choice(
        ["create-only", "create-update", "create-delete", "sync"],
        "What may be done with Applications.",
      ).optional(),
      preserveResourcesOnDeletion: flag("Leaves the resources alone when an Application is deleted.").optional(),
    },
    "What happens to Applications.",
  ).optional(),
  template: applicationTemplate,
  templatePatch: text("YAML text, rendered for each row and merged over its Application.").optional(),
};

/** What a set generates and how. `generators` and `template` are required. */
export const applicationSetSpec = object(setFields, "What to generate and how.");

const applicationState = object({
  application: text("The Application."),
  lastTransitionTime: moment().optional(),
  message: text(),
  status: text("Waiting, Pending, Progressing or Healthy."),
  step: text("The step it belongs to, from 1; -1 for none."),
  targetRevisions: texts("The revisions it is to be synced to."),
});

/** What the controller found out about a set. */
export const applicationSetStatus = object(
  {
    applicationStatus: list(applicationState, "How far a RollingSync is.").optional(),
    conditions: list(
      object({
        lastTransitionTime: moment().optional(),
        message: text("The cause, in words."),
        reason: text("The cause, in one word."),
        status: text("True, False or Unknown."),
        type: text(
          "ParametersGenerated, ErrorOccurred, ResourcesUpToDate, RolloutProgressing or InvalidRolloutConfig.",
        ),
      }),
      "How the set is.",
    ).optional(),
    health: object({
      lastTransitionTime: moment().optional(),
      message: text().optional(),
      status: text().optional(),
    }).optional(),
    resources: list(resourceStatus, "The generated Applications, as far as there is room.").optional(),
    resourcesCount: int64("How many Applications there are.").optional(),
  },
  "What the controller found out.",
);

/** The fields of an ApplicationSet beside apiVersion, kind and metadata. */
export const applicationSetFields = object(
  { spec: applicationSetSpec, status: applicationSetStatus.optional() },
  "One template for many Applications, and the generators of its parameters.",
);

/** What a set generates and how, as code sees it. */
export type ApplicationSetSpec = Omit<Shape<typeof applicationSetSpec>, "generators" | "template" | "fleet"> & {
  readonly generators: readonly GeneratorEntry[];
  readonly template: ApplicationSetTemplate;
  readonly fleet?: FleetSpec | undefined;
};

/** What the controller found out about a set. */
export type ApplicationSetStatus = Shape<typeof applicationSetStatus>;
/** One statement about a set: its type, whether it holds, and why. */
export type ApplicationSetCondition = NonNullable<ApplicationSetStatus["conditions"]>[number];

/** One template for many Applications, and the generators of its parameters. */
export interface ApplicationSet {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMeta;
  readonly spec: ApplicationSetSpec;
  readonly status?: ApplicationSetStatus | undefined;
}
