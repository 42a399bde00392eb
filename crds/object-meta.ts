import { list, object, type Shape, text, textMap, texts } from "./fields.ts";

/** Who an object belongs to: it goes when its owner goes. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean | undefined;
  readonly blockOwnerDeletion?: boolean | undefined;
}

/** The metadata that every stored object has, as far as fleetset reads or writes it. Times are RFC 3339. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: { readonly [key: string]: string } | undefined;
  readonly annotations?: { readonly [key: string]: string } | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
}

/** A Kubernetes label selector. All its parts must hold; an empty one selects everything. */
export const labelSelector = object(
  {
    matchLabels: textMap("Labels that must have exactly these values.").optional(),
    matchExpressions: list(
      object({
        key: text("The label."),
        operator: text("In, NotIn, Exists or DoesNotExist."),
        values: texts("The values for In and NotIn.", { "x-kubernetes-list-type": "atomic" }).optional(),
      }),
      "Conditions that must all hold.",
      { "x-kubernetes-list-type": "atomic" },
    ).optional(),
  },
  undefined,
  { "x-kubernetes-map-type": "atomic" },
);

/** A Kubernetes label selector, as manifests write it. */
export type LabelSelector = Shape<typeof labelSelector>;
