/** Work in steps: a generator that yields now and then, so that its caller can let other work through, or stop. */

/** Work that pauses often, after a row of the samples at the most. */
export type Pausing<T> = Generator<undefined, T>;

/**
 * Does it step by step: between two steps waits for what `rest` gives, if anything, so that others on the thread go on. Rejects
 * as `rest` does, and then does no more of it.
 */
export async function runInPieces<T>(steps: Generator<unknown, T>, rest: () => Promise<void> | undefined): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const pause = rest();
    if (pause) await pause;
  }
}

/** Does all of it at once. */
export function runToEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
