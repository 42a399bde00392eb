import { FleetError } from "../../base/errors.ts";

/** The store on disk can't be opened, read or written. */
export class StoreError extends FleetError {
  readonly reason = "Store";
  readonly retryable = false;
}

export function unreadableStore(directory: string, why: string, cause?: unknown): StoreError {
  return new StoreError(`the data in ${directory} can't be used: ${why}`, {
    cause,
    details: { file: directory, remedy: "bring it back from a backup, or remove it to begin with an empty server" },
  });
}
