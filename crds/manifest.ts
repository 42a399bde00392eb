import { type Definition, objectSchema, withoutRepetition } from "./definitions.ts";
import { formatManifest } from "./manifest-text.ts";

const head = "# Made from the schemas in crds/ by `npm run generate`; changes here are lost.\n";

/** The CustomResourceDefinition of a kind as an object. */
export function manifestOf(definition: Definition): object {
  const { kind, plural, shortNames, columns, hasStatusSubresource } = definition;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.argoproj.io`,
      labels: { "app.kubernetes.io/name": `${plural}.argoproj.io`, "app.kubernetes.io/part-of": "argocd" },
    },
    spec: {
      group: "argoproj.io",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      scope: "Namespaced",
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          ...(hasStatusSubresource ? { subresources: { status: {} } } : {}),
          ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns }),
          schema: { openAPIV3Schema: withoutRepetition(objectSchema(definition), definition.describedElsewhere) },
        },
      ],
    },
  };
}

/** The text of the manifest file of a kind. */
export function manifestText(definition: Definition): string {
  return head + formatManifest(manifestOf(definition));
}
