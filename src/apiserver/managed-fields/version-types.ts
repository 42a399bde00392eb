import type { Atom } from "./atom.ts";
import type { FieldSet } from "./field-set.ts";

/** The types of one kind in all its versions, as far as they exist. Objects read the same in every version. */
export interface VersionTypes {
  readonly apiVersion: string;
  readonly atom: Atom;
  /** Undefined for a version that the kind no longer has. */
  atomAt(apiVersion: string): Atom | undefined;
  /** Fields that this endpoint does not write, whoever asks: they never become owned through it. */
  readonly ignored: FieldSet;
}
