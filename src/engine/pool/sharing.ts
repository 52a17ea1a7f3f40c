/** A worker pool, and whether to call on it: sharing work is worth it where it is faster here and now, by measure. */

import type { WorkerPool, Share } from './workerPool';
import type { Range } from '../ranges';
import type { PoolKernel } from '../kernels/simdKernels';

/**
 * A trial: how many milliseconds of passes are made in which way, and whether they count. Before it is measured each way has
 * some time to settle: compilers have theirs to do, and a core that has slept takes a while to be as fast as the others.
 */
const TRIAL = [
  { shares: false, milliseconds: 20, counts: false },
  { shares: false, milliseconds: 5, counts: true },
  { shares: true, milliseconds: 20, counts: false },
  { shares: true, milliseconds: 10, counts: true },
] as const;
/** What sharing must gain. */
const GAIN = 1.05;
/** Milliseconds for which a trial's outcome holds: sharing, as long as it is seen to be faster; else twice as long each time. */
const SHARED_TERM = 30_000;
const ALONE_TERM = 1000;
const LONGEST_TERM = 32_000;
/** Milliseconds of sharing after which it is looked at: other work may have come to the machine. */
const LOOK = 20;

/** Numbers of a range from which on it is shared, and the multiple in which: a cache line's. */
const LEAST_OF_RANGE = 2 ** 13;
const LINE = 8;

export class SharingPolicy {
  /** Whether the next pass is to be shared, where the worker pool is ready. */
  shares = false;
  /** Where the trial stands; at its end the outcome holds. */
  private step = 0;
  private readonly speeds = [0, 0];
  private aloneTerm = ALONE_TERM;
  private termEnds = 0;
  /** Of the step under way, or since the last look. */
  private milliseconds = 0;
  private work = 0;

  constructor(readonly pool: WorkerPool) {}

  /** What a pass took that could be shared; `work` in any unit. */
  took(milliseconds: number, work: number): void {
    this.milliseconds += milliseconds;
    this.work += work;
    const step = TRIAL[this.step];
    if (this.milliseconds < (step?.milliseconds ?? LOOK)) return;
    const speed = this.work / this.milliseconds;
    this.milliseconds = this.work = 0;
    if (!step) {
      this.watch(speed);
      return;
    }
    if (step.counts) this.speeds[Number(step.shares)] = speed;
    const next = TRIAL[++this.step];
    if (next) this.shares = next.shares;
    else this.conclude();
  }

  private conclude(): void {
    const [alone = 0, shared = 0] = this.speeds;
    this.shares = shared > GAIN * alone;
    this.termEnds = performance.now() + (this.shares ? SHARED_TERM : this.aloneTerm);
    this.aloneTerm = this.shares ? ALONE_TERM : Math.min(2 * this.aloneTerm, LONGEST_TERM);
  }

  private watch(speed: number): void {
    const isSlower = this.shares && speed < (this.speeds[0] ?? 0);
    if (!isSlower && performance.now() < this.termEnds) return;
    this.step = 0;
    this.shares = false;
  }

  /** Calls a kernel that takes a range number by number, in shares where that is worth it. */
  overRange(kernel: PoolKernel, { from, to }: Range, argumentsOf: (range: Range) => readonly number[]): boolean {
    if (!this.shares || to - from < LEAST_OF_RANGE) return false;
    const share: Share = (part, parts) => {
      const end = (k: number): number =>
        k === parts ? to : from + LINE * Math.floor(((to - from) * k) / parts / LINE);
      return argumentsOf({ from: end(part), to: end(part + 1) });
    };
    this.pool.call(kernel, share);
    return true;
  }
}
