/**
 * One step of a compiled pattern. A function matches one character; the others match runs of them:
 * `star` any run without a slash, `deep` any run, `directories` nothing or a run that ends with a slash, `below` a slash and
 * the rest, or the end of a directory's path.
 */
export type Step = ((code: number) => boolean) | "star" | "deep" | "directories" | "below";

interface Run {
  readonly kind: "star" | "deep" | "directories";
  /** The step after the run. */
  readonly step: number;
  /** Where the run ends at present. */
  at: number;
}

const slash = 0x2f;

/**
 * Whether the steps match the whole text, in time proportional to their product.
 *
 * Two places to go back to are enough: a run without slashes is only ever tried again within its path component, and of
 * the runs that cross slashes the last can always take what an earlier one would have taken.
 */
export function runMachine(steps: readonly Step[], text: ArrayLike<number>, isDirectory = false): boolean {
  let step = 0;
  let at = 0;
  let near: Run | undefined;
  let far: Run | undefined;
  for (;;) {
    const current = steps[step];
    if (current === "star") near = { kind: current, step: ++step, at };
    else if (current === "deep" || current === "directories") {
      far = { kind: current, step: ++step, at };
      near = undefined;
    } else if (isEnd(current, text, at, isDirectory)) return true;
    else if (typeof current === "function" && at < text.length && current(text[at]!)) {
      step++;
      at++;
    } else {
      near = lengthen(near, text);
      far = near === undefined ? lengthen(far, text) : far;
      const run = near ?? far;
      if (run === undefined) return false;
      step = run.step;
      at = run.at;
    }
  }
}

function isEnd(step: Step | undefined, text: ArrayLike<number>, at: number, isDirectory: boolean): boolean {
  if (step === undefined) return at === text.length;
  return step === "below" && (at === text.length ? isDirectory : text[at] === slash);
}

/** The run made longer by the least that it can be; undefined when it cannot. */
function lengthen(run: Run | undefined, text: ArrayLike<number>): Run | undefined {
  if (run === undefined || run.at >= text.length) return undefined;
  if (run.kind === "star" && text[run.at] === slash) return undefined;
  if (run.kind === "directories") {
    while (run.at < text.length && text[run.at] !== slash) run.at++;
    if (run.at === text.length) return undefined;
  }
  run.at++;
  return run;
}
