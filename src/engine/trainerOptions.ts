/** What a run is told, and what it says of itself between two steps. */

import type { PoolOffer } from './pool/workerPool';
import type { RateChange } from '../core/run';
import type { TrainerState } from './trainerState';

export interface TrainerOptions {
  /** Where the run starts; the network's own where it is left out. */
  readonly theta?: Float64Array;
  /** Epochs to run; the file's where it is left out. */
  readonly epochs?: number;
  /** The number of the epoch that the run starts at: 0 where it is left out. */
  readonly firstEpoch?: number;
  /** Takes up a run of the same network and data where this state of it was saved; `theta` and `firstEpoch` are then in it. */
  readonly state?: TrainerState;
  /** Changes of η, in the order of their steps. */
  readonly learningRates?: readonly RateChange[];
  /** Rows of the history that are kept before every 2nd, 4th, … goes. */
  readonly mostRows?: number;
  /** Threads to share the work with, where it is worth it: the run is then to be disposed. The bits are the same. */
  readonly pool?: PoolOffer;
}

/** Where `run` is to stand still: after this epoch, or after so many steps of the optimizer, whichever comes first. */
export interface Goal {
  readonly epoch?: number;
  readonly steps?: number;
}

/** The state within an epoch, between two of its mini-batches. */
export interface MidEpoch {
  readonly theta: Float64Array;
  readonly batchesDone: number;
  readonly batches: number;
}
