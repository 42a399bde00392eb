import { FleetError } from "../errors.ts";

/** A file or directory pattern cannot be read. The message quotes the pattern and says what is wrong with it. */
export class PatternError extends FleetError {
  readonly reason = "InvalidPattern";
  readonly retryable = false;
}
