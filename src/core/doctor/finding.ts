/** What the doctor says: causes of not learning, each with the number that proves it and the change that mends it. */

import type { Change } from './changes';

/** Every cause, one row of the table each (causes/). */
export const CAUSE_CODES = [
  'frozen-all',
  'constant-output',
  'zero-gradient',
  'identical-units',
  'dead-units',
  'saturated-units',
  'vanishing-gradient',
  'exploding-gradient',
  'diverged',
  'step-too-large',
  'step-too-small',
  'noisy-gradient',
  'unscaled-inputs',
  'unscaled-targets',
  'targets-out-of-range',
  'loss-mismatch',
  'loss-floor',
  'contradicting-rows',
  'class-imbalance',
  'penalty-dominates',
  'too-little-capacity',
  'saddle',
  'local-minimum',
  'minimum-reached',
  'overfitting',
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** A view of the panel. */
export type SeenIn =
  'curve' | 'curvature' | 'landscape' | 'samples' | 'histograms' | 'data' | 'predictions' | 'parameters';

interface Shown {
  /** Where what a cause says can be seen. */
  readonly seenIn: SeenIn;
  /** What it says of a unit that it is about. */
  readonly ofUnit?: string;
  /** Its layer, where it is about no units, is the l of θ^(l). */
  readonly ofGradient?: true;
}

export const SHOWN: Readonly<Record<CauseCode, Shown>> = {
  'frozen-all': { seenIn: 'parameters' },
  'constant-output': { seenIn: 'predictions', ofUnit: 'always 1' },
  'zero-gradient': { seenIn: 'histograms', ofGradient: true },
  'identical-units': { seenIn: 'parameters', ofUnit: 'equal to other units' },
  'dead-units': { seenIn: 'histograms', ofUnit: 'dead' },
  'saturated-units': { seenIn: 'histograms', ofUnit: 'saturated' },
  'vanishing-gradient': { seenIn: 'histograms', ofGradient: true },
  'exploding-gradient': { seenIn: 'histograms', ofGradient: true },
  diverged: { seenIn: 'curve', ofUnit: 'not finite', ofGradient: true },
  'step-too-large': { seenIn: 'curvature' },
  'step-too-small': { seenIn: 'curve' },
  'noisy-gradient': { seenIn: 'samples' },
  'unscaled-inputs': { seenIn: 'data' },
  'unscaled-targets': { seenIn: 'data' },
  'targets-out-of-range': { seenIn: 'data' },
  'loss-mismatch': { seenIn: 'predictions' },
  'loss-floor': { seenIn: 'data' },
  'contradicting-rows': { seenIn: 'data' },
  'class-imbalance': { seenIn: 'data' },
  'penalty-dominates': { seenIn: 'parameters' },
  'too-little-capacity': { seenIn: 'predictions' },
  saddle: { seenIn: 'curvature' },
  'local-minimum': { seenIn: 'landscape' },
  'minimum-reached': { seenIn: 'curvature' },
  overfitting: { seenIn: 'curve' },
};

/** `step-too-large` in words. */
export function causeInWords(code: CauseCode): string {
  return code.replaceAll('-', ' ');
}

/** Severe: the network does not learn for this reason. A warning costs some of J; a note explains what is seen. */
export type FindingSeverity = 'severe' | 'warning' | 'note';

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
  readonly severity: FindingSeverity;
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
