import { configMap, secret } from "./config.ts";
import { otherValidations } from "./others.ts";
import { podErrors } from "./pod.ts";
import { service } from "./service.ts";
import { type Validate, workloadValidations } from "./workloads.ts";

/**
 * What a kube-apiserver refuses in built-in objects beyond their types, by `kind.group`: the mistakes that people make in
 * manifests, in its words and its order. Not every rule of every field: what is not here is admitted.
 */
export const builtinValidations: { readonly [groupKind: string]: Validate } = {
  "Pod.": podErrors,
  "Service.": service,
  "ConfigMap.": configMap,
  "Secret.": secret,
  ...workloadValidations,
  ...otherValidations,
};
