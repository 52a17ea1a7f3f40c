/**
 * Tells a panel of what changes more often than it can draw: the next message leaves only once the panel has taken in the
 * last. What came meanwhile is told together, and the panel's own words (Pause, Stop) do not wait behind a queue.
 */
export class OneAtATime {
  private waiting = false;
  private under: symbol | undefined;

  /** `send` tells the newest, whatever it is by then. */
  constructor(private readonly send: () => Promise<void>) {}

  /** There is something new to tell. */
  changed(): void {
    this.waiting = true;
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
    const done = (): void => {
      if (this.under !== mine) return;
      this.under = undefined;
      this.next();
    };
    this.send().then(done, done);
  }
}
