import type { FunctionContext } from "./function.ts";

/** Copying an item costs far less than a step of the template: this many of them count as one. */
const itemsPerStep = 8;

/** Counts the copying or reading of so many items before it is done. */
export function chargeItems(context: FunctionContext, items: number): void {
  context.charge(Math.ceil(items / itemsPerStep));
}

/**
 * Counts the nodes of a walk through a value, which may share parts so often that it never ends. A node costs a step, since
 * most walks make a new one for each.
 */
export class NodeMeter {
  private readonly context: FunctionContext;

  constructor(context: FunctionContext) {
    this.context = context;
  }

  add(): void {
    this.context.charge(1);
  }
}

/** How far a text grows between two looks at its size. */
const lookEvery = 65_536;

/** Looks at the size of a growing text now and then, so that it stops soon after the limit. */
export class GrowthMeter {
  private readonly context: FunctionContext;
  private looked = 0;

  constructor(context: FunctionContext) {
    this.context = context;
  }

  check(length: number): void {
    if (length < this.looked + lookEvery) return;
    const isTooLarge = length > this.context.run.limits.maxOutputBytes;
    // Beyond the limit the whole size is named and refused, before it only what was added counts.
    this.context.chargeBytes(isTooLarge ? length : length - this.looked);
    this.looked = length;
  }
}
