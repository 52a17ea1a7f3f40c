/** Long work without a long silence: the thread's other requests are answered between its slices. */

/** Milliseconds of work at a stretch. */
export const SLICE = 15;

/** Milliseconds between two reports of progress at least: ten a second, which leaves the panel time to draw and to listen. */
export const REPORT_INTERVAL = 100;

/** Resolves when the messages that have come meanwhile have been looked at. */
export type Yield = () => Promise<void>;

/** Runs `steps` to the end, and says at the end of each slice where it stands. `onSlice` may throw to end it there. */
export async function inSlices<Step, Result>(
  steps: Generator<Step, Result>,
  yieldNow: Yield,
  onSlice?: (step: Step) => void,
): Promise<Result> {
  let started = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - started < SLICE) continue;
    onSlice?.(value);
    await yieldNow();
    started = performance.now();
  }
}
