/** When a run takes many epochs in one call. */

import { BURST_EPOCHS, type Burst } from '../engine';
import { allFinite } from '../ranges';
import type { Stopping } from '../stopping';

/** Epochs that a run takes one by one first. Making the code takes as long as some hundred of them in a program just started. */
const WARM = 64;
/** Fewer are taken one by one. */
const LEAST = 16;

export class Bursts {
  private burst: Burst | undefined;
  /** Up to this epoch they are taken one by one. */
  private alone: number;

  /** Of a run from epoch `first` on. `make` gives undefined where there are no bursts; it is asked once, when one is due. */
  constructor(
    private readonly make: () => Burst | undefined,
    private readonly theta: Float64Array,
    first: number,
  ) {
    this.alone = first + WARM;
  }

  /** How many epochs can be taken in one call after this one, `limit` at most; 0 where they are to be taken one by one. */
  atOnce(epoch: number, limit: number): number {
    if (epoch < this.alone) return 0;
    // They end at multiples of 1024, so that states are recorded at epochs that stay when every other one goes.
    const count = Math.min(limit, BURST_EPOCHS - (epoch % BURST_EPOCHS));
    return count < LEAST ? 0 : count;
  }

  /**
   * Takes them, and gives their numbers (engine.ts). Where one of them ends the run, or there are no bursts, nothing has
   * happened: undefined, and they are to be taken one by one.
   */
  take(epoch: number, count: number, stopping: Stopping): Float64Array | undefined {
    const burst = (this.burst ??= this.make());
    if (!burst) {
      this.alone = Infinity;
      return undefined;
    }
    burst.run(count);
    // A θ that is not finite never becomes finite again.
    if (allFinite(this.theta) && stopping.survives(burst.rows, count)) return burst.rows;
    burst.undo();
    this.alone = epoch + count;
    return undefined;
  }
}
