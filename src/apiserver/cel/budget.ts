/** An evaluation that would take too long. */
export class CostExceeded extends Error {
  constructor() {
    super("operation cancelled: actual cost limit exceeded");
  }
}

/** What one evaluation of a rule may cost. */
export const perCallLimit = 1_000_000;

/** Steps that cost nothing by Kubernetes' count but take time: comparisons deep within values, characters written. */
const mostWork = 5_000_000;

let work = 0;

/** Starts the count for the rules of one object. Objects are looked at one after the other, so that one count will do. */
export function startWork(): void {
  work = 0;
}

/** Counts work that the cost of expressions does not show. Throws when it is too much. */
export function spendWork(amount: number): void {
  work += amount;
  if (work > mostWork) throw new CostExceeded();
}
