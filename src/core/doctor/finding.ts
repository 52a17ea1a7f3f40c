/** What the doctor says: causes of not learning, each with the number that proves it and the change that mends it. */

import type { Change } from './changes';

/** Every cause, one row of the table each (index.ts). */
export type CauseCode =
  | 'frozen-all'
  | 'constant-output'
  | 'zero-gradient'
  | 'identical-units'
  | 'dead-units'
  | 'saturated-units'
  | 'vanishing-gradient'
  | 'exploding-gradient'
  | 'diverged'
  | 'step-too-large'
  | 'step-too-small'
  | 'noisy-gradient'
  | 'unscaled-inputs'
  | 'unscaled-targets'
  | 'targets-out-of-range'
  | 'loss-mismatch'
  | 'loss-floor'
  | 'contradicting-rows'
  | 'class-imbalance'
  | 'penalty-dominates'
  | 'too-little-capacity'
  | 'saddle'
  | 'local-minimum'
  | 'minimum-reached'
  | 'overfitting';

/** Where what a cause says can be seen: a view of the panel. */
export type SeenIn =
  'curve' | 'curvature' | 'landscape' | 'samples' | 'histograms' | 'data' | 'predictions' | 'parameters';

export const SEEN_IN: Readonly<Record<CauseCode, SeenIn>> = {
  'frozen-all': 'parameters',
  'constant-output': 'predictions',
  'zero-gradient': 'histograms',
  'identical-units': 'parameters',
  'dead-units': 'histograms',
  'saturated-units': 'histograms',
  'vanishing-gradient': 'histograms',
  'exploding-gradient': 'histograms',
  diverged: 'curve',
  'step-too-large': 'curvature',
  'step-too-small': 'curve',
  'noisy-gradient': 'samples',
  'unscaled-inputs': 'data',
  'unscaled-targets': 'data',
  'targets-out-of-range': 'data',
  'loss-mismatch': 'predictions',
  'loss-floor': 'data',
  'contradicting-rows': 'data',
  'class-imbalance': 'data',
  'penalty-dominates': 'parameters',
  'too-little-capacity': 'predictions',
  saddle: 'curvature',
  'local-minimum': 'landscape',
  'minimum-reached': 'curvature',
  overfitting: 'curve',
};

/** Severe: the network does not learn for this reason. A warning costs some of J; a note explains what is seen. */
export type Severity = 'severe' | 'warning' | 'note';

/** A change of the file, tried: the changed network was trained for as many epochs. */
export interface Remedy {
  /** What to do, for a person. */
  readonly message: string;
  /** What to write in the file. */
  readonly changes: readonly Change[];
  /** J without the penalty, by the file's own loss, after the file's training and after that of the changed file. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** Both are those of the held-out rows. */
  readonly ofHeldOut?: true;
  readonly epochs: number;
}

export interface Finding {
  readonly code: CauseCode;
  readonly severity: Severity;
  /** The layer that it is about, from 1; of a gradient the l of θ^(l). */
  readonly layer?: number;
  /** Units of that layer, from 1. */
  readonly units?: readonly number[];
  /** Training rows, from 1. */
  readonly rows?: readonly number[];
  readonly message: string;
  /** The numbers that prove it. */
  readonly evidence: Readonly<Record<string, number | string>>;
  /** Null where nothing that was tried does better. */
  readonly remedy: Remedy | null;
}
