/**
 * Milliseconds that are not long: a message that goes through an editor and is drawn takes about 100 of them, and the panel is
 * to show five to ten a second. And of a rest at most: a window that nobody sees does not draw for hours.
 */
const SHORT = 150;
const LONGEST_REST = 500;

/**
 * Tells a panel of what changes more often than it can draw: the next message leaves only once the panel has taken in the
 * last. What came meanwhile is told together, and the panel's own words (Pause, Stop) do not wait behind a queue. A message
 * that took long (the values of a large network, over a wire) is followed by a rest, for what else is to be told.
 */
export class Backpressure {
  private waiting = false;
  private under: symbol | undefined;

  /** `send` tells the newest, whatever it is by then. */
  constructor(private readonly send: () => Promise<void>) {}

  /** There is something new to tell. */
  changed(): void {
    this.waiting = true;
    this.next();
  }

  /** Tells what is waiting at once: something that is told beside it must not come first. */
  flush(): void {
    if (!this.waiting) return;
    this.under = undefined;
    this.next();
  }

  /** Nothing is waiting any more, and what is under way may never be answered: the page it went to may be gone. */
  restart(): void {
    this.waiting = false;
    this.under = undefined;
  }

  private next(): void {
    if (this.under || !this.waiting) return;
    this.waiting = false;
    const mine = (this.under = Symbol());
    const began = performance.now();
    const goOn = (): void => {
      if (this.under !== mine) return;
      this.under = undefined;
      this.next();
    };
    const done = (): void => {
      const took = performance.now() - began;
      if (took > SHORT) setTimeout(goOn, Math.min(2 * (took - SHORT), LONGEST_REST));
      else goOn();
    };
    this.send().then(done, done);
  }
}
