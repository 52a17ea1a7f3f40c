/** What an exercise sheet asks, what it hides until all of that is right, and how its answers count. */

import type { ParameterId } from '../network';

/** What a sheet may hide by name. */
export const HIDEABLE = ['gradients', 'deltas', 'activations'] as const;
export type Hideable = (typeof HIDEABLE)[number];

/** What a sheet may ask beside ∂J/∂θ: pre-activations, activations, δ, J, and θ after one step of gradient descent. */
export const QUANTITIES = ['z', 'a', 'delta', 'loss', 'step'] as const;
export type ClaimedQuantity = (typeof QUANTITIES)[number];

/** What `assign` draws anew for each student. */
export const VARIABLE = ['weights', 'inputs', 'targets'] as const;
export type Varied = (typeof VARIABLE)[number];

/** An entry of `ask`: one ∂J/∂θ_ij^(l), those of θ^(l), or all of them. */
export type Asked =
  | { readonly kind: 'parameter'; readonly parameter: ParameterId }
  | { readonly kind: 'layer'; readonly layer: number }
  | { readonly kind: 'all' };

/** Points of each kind of answer; a kind that is absent gives 1. */
export type PointsByKind = Readonly<Partial<Record<'gradients' | ClaimedQuantity, number>>>;

export interface Exercise {
  readonly hide: readonly Hideable[];
  /** Which ∂J/∂θ are asked; absent: those that `claimedGradients` has a place for. */
  readonly ask?: readonly Asked[];
  /** `digits`: a claim is right where the value rounds to it; a number: where it is off by at most that part of the value. */
  readonly tolerance: 'digits' | number;
  /** Whether hints are given; a number: for so many answers at most. */
  readonly hints: boolean | number;
  /** How many wrong answers to one question are judged in the editor; absent: any number. */
  readonly attempts?: number;
  /** Of the whole sheet, shared by its answers alike, or of each answer by its kind. */
  readonly points?: number | PointsByKind;
  /** Whose sheet it is. */
  readonly student?: string;
  readonly vary: readonly Varied[];
  /** Of the network as it was assigned (`fingerprintOf`). */
  readonly fingerprint?: string;
}

/** What a sheet says where it says nothing else. */
export const DEFAULTS: Exercise = { hide: ['gradients'], tolerance: 'digits', hints: true, vary: VARIABLE };

/** Which value a claim is about. */
export type ValuePlace =
  | { readonly quantity: 'z' | 'a' | 'delta'; readonly layer: number; readonly sample: number; readonly unit: number }
  | { readonly quantity: 'loss' }
  | { readonly quantity: 'step'; readonly parameter: ParameterId };

/** Somebody's own z, a, δ, J or θ after a step. */
export interface ValueClaim {
  readonly place: ValuePlace;
  readonly value: number;
  /** As it was written, which says how precise it means to be. */
  readonly text: string;
}
