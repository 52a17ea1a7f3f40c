/** The learning rate over a run: the file's, and what a person made of it since. */

import type { RateChange } from '../core/run';

/** Changes of η in the order of their steps; of several at one step, the last holds. */
export class Rates {
  private readonly changes: RateChange[];
  private next = 0;

  constructor(changes: readonly RateChange[]) {
    this.changes = [...changes];
  }

  /** η is another one from this step on: later changes are forgotten. */
  change(change: RateChange): void {
    this.changes.splice(this.next, Infinity, change);
  }

  /** The changes before this step have been made. */
  skipTo(step: number): void {
    const next = this.changes.findIndex((change) => change.step >= step);
    this.next = next < 0 ? this.changes.length : next;
  }

  /** The step of the next change. */
  get nextStep(): number {
    return this.changes[this.next]?.step ?? Infinity;
  }

  /** The new η if it changes at this step. Steps are to be asked for in turn. */
  at(step: number): number | undefined {
    let rate: number | undefined;
    for (; this.changes[this.next]?.step === step; this.next++) rate = this.changes[this.next]?.learningRate;
    return rate;
  }
}
