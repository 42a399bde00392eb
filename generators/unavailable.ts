import type { GeneratorKind } from "../crds/generators.ts";
import { GenerationError } from "../src/base/errors.ts";
import type { Generator } from "./generator.ts";
import { intervalOf } from "./interval.ts";

/**
 * A kind that the schema knows and this version does not carry out yet: it fails and names its field, so that a set that
 * uses it is left untouched. Refused when rows are asked for, never when the set is read.
 */
export function unavailable<K extends GeneratorKind>(kind: K, defaultSeconds?: number): Generator<K> {
  return {
    kind,
    generate(_spec, { at }) {
      const error = new GenerationError(`${at}: the ${kind} generator is not available yet`, {
        details: { field: at, remedy: "use another generator, or let Argo CD run this ApplicationSet" },
      });
      return Promise.reject(error);
    },
    requeueAfterSeconds: (spec, requeue) => {
      const { requeueAfterSeconds } = spec as { readonly requeueAfterSeconds?: number };
      return intervalOf(requeueAfterSeconds, defaultSeconds ?? requeue.defaultSeconds);
    },
  };
}
