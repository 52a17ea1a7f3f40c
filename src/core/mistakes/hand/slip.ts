/** A slip of the hand: what it makes of ∂J/∂θ, and how that is said. */

import type { Location } from '../location';

export type SlipCode =
  | 'sign'
  | 'scale'
  | 'penalty-missing'
  | 'input-missing'
  | 'descent-step'
  | 'updated-parameters'
  | 'activation-derivative-missing'
  | 'derivative-at-activation'
  | 'activation-derivative-extra'
  | 'weights-missing'
  | 'path-missing'
  | 'transposed'
  | 'units-swapped'
  | 'one-sample'
  | 'updated-weights'
  | 'rounded-early'
  | 'unexplained';

/** What a slip is about, as numbers and names that a program can use. */
export type SlipDetail = Readonly<Record<string, number | string>>;

/** A derivative in its two parts: what comes from the data, (1/m) Σ ∂E_s/∂θ, and what comes from the penalty R. */
export interface Parts {
  readonly data: number;
  readonly penalty: number;
}

export interface Slip extends Parts {
  readonly code: SlipCode;
  /** What the number is, as in `0.118 is …`. */
  readonly form: string;
  /** What went wrong, as in `… : the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.187 is missing`. */
  readonly fault: string;
  readonly detail: SlipDetail;
  /** The place in the derivation, where it is one. */
  readonly mark?: Location;
  /** How far the value may be off, where the slip does not say it to the last digit. */
  readonly reach?: number;
}

/** A slip that can be made after any other: it turns the parts of whatever derivative was found. */
export interface Turn {
  readonly code: SlipCode;
  readonly form: string;
  readonly fault: string;
  readonly detail: SlipDetail;
  turn(parts: Parts): Parts;
}

/** The number that the slip leads to. */
export function valueOf({ data, penalty }: Parts): number {
  return data + penalty;
}
