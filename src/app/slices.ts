/** Long work on a thread that others need: a person's typing waits for the thread of an editor's extensions. */

/** Milliseconds of work at a stretch. */
const SLICE = 10;

/**
 * For work in small steps, to be called after each: undefined while a slice of time is not used up, then a promise that
 * resolves when others have had their turn.
 */
export function slices(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < SLICE) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve)).then(() => {
      began = performance.now();
    });
  };
}
