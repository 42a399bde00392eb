import type { Application } from "../../crds/application.ts";
import type { InputVersion } from "./digest.ts";
import type { Completeness } from "./guard.ts";

/** An Application that was generated but may not be written, and why. `name` is empty when that is what it lacks. */
export interface InvalidApplication {
  readonly name: string;
  readonly message: string;
}

/** What a set generates from the inputs as they are now. */
export interface GeneratedSet {
  readonly valid: readonly Application[];
  readonly invalid: readonly InvalidApplication[];
  readonly rowCount: number;
  readonly completeness: Completeness;
  /** What could not be read, in words. */
  readonly gaps: readonly string[];
  readonly inputs: readonly InputVersion[];
  readonly warnings: readonly string[];
  readonly nonDeterministic: boolean;
  /** When to look again without an event; undefined for never. */
  readonly requeueAfterSeconds: number | undefined;
}
