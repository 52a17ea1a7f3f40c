/** The learning rate over a run: the file's, and what a person made of it since. */

import { scheduledRate } from '../core/functions/schedules';
import type { Schedule } from '../core/network';
import type { RateChange } from '../core/run';

/** Changes of η in the order of their steps, of several at one step the last; the schedule goes on from what they set. */
export class Rates {
  private readonly changes: RateChange[];
  private next = 0;

  /** `learningRate` is η without its schedule: the file's at first. */
  constructor(
    changes: readonly RateChange[],
    public learningRate: number,
    private readonly schedule?: Schedule,
  ) {
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

  /** η of this step of the epoch that follows `epoch` complete ones. Steps are to be asked for in turn. */
  at(step: number, epoch: number): number {
    for (; this.changes[this.next]?.step === step; this.next++) {
      this.learningRate = this.changes[this.next]?.learningRate ?? this.learningRate;
    }
    return scheduledRate(this.schedule, epoch, this.learningRate);
  }
}
