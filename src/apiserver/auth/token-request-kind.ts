import { resolveDefinition } from "../builtin/resolve.ts";
import type { ResourceDefinition, Schema } from "../resources.ts";

const text: Schema = { type: "string" };

/** TokenRequest as its Go type reads it; it stands below service accounts and has no path of its own. */
export const tokenRequestDefinition: ResourceDefinition = {
  group: "authentication.k8s.io",
  version: "v1",
  plural: "tokenrequests",
  singular: "tokenrequest",
  kind: "TokenRequest",
  listKind: "TokenRequestList",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ["create"],
  subresources: {},
  printerColumns: [],
  storage: true,
  served: true,
  strategicMerge: true,
  get schema(): Schema {
    const metadata = resolveDefinition("io.k8s.api.core.v1.ServiceAccount").properties?.metadata;
    return {
      "x-go-type": "v1.TokenRequest",
      type: "object",
      properties: { apiVersion: text, kind: text, ...(metadata && { metadata }), spec, status },
    };
  },
};

const reference: Schema = {
  "x-go-type": "v1.BoundObjectReference",
  type: "object",
  properties: { kind: text, apiVersion: text, name: text, uid: text },
};

const spec: Schema = {
  "x-go-type": "v1.TokenRequestSpec",
  "x-go-zero": {},
  required: ["boundObjectRef"],
  type: "object",
  properties: {
    audiences: { type: "array", items: text, "x-kubernetes-list-type": "atomic" },
    boundObjectRef: reference,
    expirationSeconds: { type: "integer", format: "int64" },
  },
};

const status: Schema = { type: "object", properties: { token: text, expirationTimestamp: text } };
