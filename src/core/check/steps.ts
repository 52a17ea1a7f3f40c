/** Work in steps: a generator that yields now and then, so that its caller can let other work through, or stop. */

/** Work that pauses often, after a row of the samples at the most. */
export type Pausing<T> = Generator<undefined, T>;

/** Does all of it at once. */
export function runToEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
