/** When a run takes many epochs in one call. */

import { MOST_FUSED_EPOCHS, type FusedEpochs } from '../engine';
import { allFinite } from '../ranges';
import type { Stopping } from '../stopping';

/** Epochs that a run takes one by one first. Making the code takes as long as some hundred of them in a program just started. */
const WARM = 64;
/** Fewer are taken one by one. */
const LEAST = 16;

export class FusedSchedule {
  private fused: FusedEpochs | undefined;
  /** Up to this epoch they are taken one by one. */
  private alone: number;

  /** Of a run from epoch `first` on. `make` gives undefined where no epochs can be fused; it is asked once, when one is due. */
  constructor(
    private readonly make: () => FusedEpochs | undefined,
    private readonly theta: Float64Array,
    first: number,
  ) {
    this.alone = first + WARM;
  }

  /** How many epochs can be taken in one call after this one, `limit` at most; 0 where they are to be taken one by one. */
  atOnce(epoch: number, limit: number): number {
    if (epoch < this.alone) return 0;
    // They end at multiples of 1024, so that states are recorded at epochs that stay when every other one goes.
    const count = Math.min(limit, MOST_FUSED_EPOCHS - (epoch % MOST_FUSED_EPOCHS));
    return count < LEAST ? 0 : count;
  }

  /**
   * Takes them, and gives their numbers (engine.ts). Where one of them ends the run, or no epochs can be fused, nothing has
   * happened: undefined, and they are to be taken one by one.
   */
  take(epoch: number, count: number, stopping: Stopping): Float64Array | undefined {
    const fused = (this.fused ??= this.make());
    if (!fused) {
      this.alone = Infinity;
      return undefined;
    }
    fused.run(count);
    // A θ that is not finite never becomes finite again.
    if (allFinite(this.theta) && stopping.survives(fused.rows, count)) return fused.rows;
    fused.undo();
    this.alone = epoch + count;
    return undefined;
  }
}
