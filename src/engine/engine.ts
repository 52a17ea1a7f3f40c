/** What computes J and ∂J/∂θ over many samples fast. The reference for its results is core/backprop.ts. */

import type { UnitValues } from '../core/backprop';
import type { Optimizer as OptimizerSettings, Samples } from '../core/network';
import type { StatefulOptimizer } from './optimizers';
import type { Range } from './ranges';

/** Some rows of `samples`: `order[first]`, `order[first + 1]`, …, or where there is no order `first`, `first + 1`, … */
export interface Rows {
  readonly samples: Samples;
  readonly order?: Uint32Array | undefined;
  readonly first: number;
  readonly count: number;
}

/** How much a pass computes; each includes what stands before it. `units` are the means of z, a and δ of every unit. */
export type Wanted = 'loss' | 'gradient' | 'units';

/** What epochs in one call are made for. */
export interface FusedOptions {
  /** Rows of the data: each epoch is one step by the gradient over all of them. */
  readonly count: number;
  /** One of the engine's own. */
  readonly optimizer: StatefulOptimizer;
  readonly trained: readonly Range[];
  /** The rows whose class is predicted right are counted. */
  readonly hits: boolean;
}

/** Epochs of a run of fused epochs at most. */
export const MOST_FUSED_EPOCHS = 1024;
/** Numbers that an epoch of a run of fused epochs leaves behind. */
export const FUSED_ROW = 4;

/** Epochs in one call, to the bit those that steps and passes give. */
export interface FusedEpochs {
  /** `FUSED_ROW` numbers for each epoch of the last call: the data loss, the penalty, the hits and ‖∇J‖₂. */
  readonly rows: Float64Array;
  /** A step and a pass over all rows, so many times (`MOST_FUSED_EPOCHS` at most); the pass before must have been over all rows, for the gradient. */
  run(epochs: number): void;
  /** Puts θ, the gradient and the optimizer back to where they stood before the last call. */
  undo(): void;
}

/**
 * Passes over rows, each cut into pieces of a few milliseconds: `begin`, then `advance` until it says true; then the results
 * stand until the next `begin`. How the calls are spread over time does not change a bit of them.
 */
export interface GradientEngine {
  /** θ, to be written by the caller, but not while a pass is under way. */
  readonly theta: Float64Array;
  /** ∂J/∂θ of the last pass that wanted it, the penalty's part included; frozen parameters have theirs, too. */
  readonly gradient: Float64Array;
  /** (1/n) Σ E_s over the rows of the last pass. */
  readonly dataLoss: number;
  /** R(θ). */
  readonly penalty: number;
  /** Rows of the last pass whose class is predicted right (core/classes.ts); without meaning where targets are no classes. */
  readonly hits: number;
  /** After a pass that wanted them. */
  readonly units: UnitValues;
  /** Starts a pass at the present θ over one row or more. */
  begin(rows: Rows, wanted: Wanted): void;
  /** Goes on with the pass for a few milliseconds at most, and says whether it is complete. */
  advance(): boolean;
  /** An optimizer before its first step, for this engine's `theta` and `gradient` alone. */
  createOptimizer(settings: OptimizerSettings): StatefulOptimizer;
  /** Undefined where it would not be faster, or cannot be had. */
  createFusedEpochs(options: FusedOptions): FusedEpochs | undefined;
  /** Dismisses the threads that help, if any; nothing is to be asked any more. */
  dispose(): void;
}
