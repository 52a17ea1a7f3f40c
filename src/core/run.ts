/** What is said of a training run, wherever it is said. */

import type { CauseCode } from './doctor/finding';
import type { StopRules } from './network';

/** η from the optimizer's step number `step` of a run on, the run's first step being 0. */
export interface RateChange {
  readonly step: number;
  readonly learningRate: number;
}

/** Why a run has ended: its last epoch, a rule of the file, a J that is not finite, or by hand. */
export type StopReason = 'epochs' | 'diverged' | 'cancelled' | keyof StopRules;

/** A cause of not learning that is seen in a network while it trains (core/doctor). */
export interface Observation {
  readonly code: CauseCode;
  /**
   * The layer of units, or for gradients the l of θ^(l): where they change most on their way back, or are largest relative to θ.
   * None where it is about the whole run.
   */
  readonly layer?: number;
  /** The units that it is about, from 1; none where it is about a gradient. */
  readonly units: readonly number[];
  /** What was seen, with its number, for a person. */
  readonly message: string;
}

/** Seen after this epoch. */
export interface RunFinding extends Observation {
  readonly epoch: number;
}

/** Between two mini-batches: `done` of `of` in the epoch under way. */
export interface BatchPlace {
  readonly done: number;
  readonly of: number;
}

/** A run of another program, as it was recorded. */
export interface RecordedRun {
  /** θ at the start and after each record. */
  readonly thetas: readonly Float64Array[];
  /** The gradient that the program had at each record; null where none was recorded. */
  readonly gradients: readonly (Float64Array | null)[];
  /** What lies between two records. */
  readonly unit: 'epoch' | 'step';
}

/** A recorded run beside training here. */
export interface RunComparison {
  /** Records after the start that were compared. */
  readonly compared: number;
  /** null where there is none beyond rounding. */
  readonly difference: {
    /** The first record that differs, counted from 1. */
    readonly record: number;
    /** What makes the two differ. */
    readonly kind: 'optimizer' | 'learningRate' | 'batchOrder' | 'gradient' | 'unknown';
    /** What the program does there and what the file says, in a clause. */
    readonly message: string;
  } | null;
}
