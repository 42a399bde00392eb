import { applicationSpec } from "./application-spec.ts";
import { object, type Shape, text, textMap, texts } from "./fields.ts";

const templateMetadata = object(
  {
    annotations: textMap("Annotations of the Application.").optional(),
    finalizers: texts("Finalizers of the Application; the default one is added when there are none.").optional(),
    labels: textMap("Labels of the Application.").optional(),
    name: text("The Application's name.").optional(),
    namespace: text("Has no effect: Applications stand in the namespace of their set.").optional(),
  },
  "Metadata of the Application.",
);

/** What an Application is made from: every text in it is rendered with the parameters of a row. */
export const applicationTemplate = object(
  { metadata: templateMetadata, spec: applicationSpec },
  "The Application to make from each row of parameters.",
);

/** What an Application is made from; texts in it hold tags. */
export type ApplicationSetTemplate = Shape<typeof applicationTemplate>;
