import type { GeneratedSet } from "../render/generated-set.ts";

/** A server that was asked for a list and listed nothing, where that is in doubt. */
export interface Emptied {
  /** Who was asked for what, without credentials. */
  readonly source: string;
  /** How much it listed when it last listed something; undefined when that is not known. */
  readonly before: number | undefined;
  /** Milliseconds since 1970 from when on the empty list is believed; undefined when only a person can say so. */
  readonly believedAtMs: number | undefined;
}

/**
 * The empty lists to doubt for one who knows of no earlier answer: those of servers that should list something, where no
 * server listed anything. Pull requests are not among them, of which there are often none.
 */
export function emptiedNow({ inputs }: Pick<GeneratedSet, "inputs">): readonly Emptied[] {
  const lists = inputs.filter(({ listing }) => listing !== undefined);
  if (lists.some(({ listing }) => (listing?.count ?? 0) > 0)) return [];
  return lists
    .filter(({ listing }) => listing?.settlesAfterSeconds === undefined)
    .map(({ id }) => ({ source: id, before: undefined, believedAtMs: undefined }));
}
