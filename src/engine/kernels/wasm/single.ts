// The functions of a layer and of the loss for two samples that are at hand: what code made for one network
// (../fused/fusedCode.ts) calls.

import { derivative, value } from './activations';
import { lossSlope, term } from './losses';
import { splat } from './math';

/** g(z). */
export function activationOf(kind: i32, constant: f64, z: v128): v128 {
  return value(kind, z, splat(constant));
}

/** g′(z), where a = g(z) is known. */
export function derivativeOf(kind: i32, constant: f64, z: v128, a: v128): v128 {
  return derivative(kind, z, a, splat(constant));
}

/** What one output unit adds to E. */
export function lossOf(kind: i32, constant: f64, z: v128, a: v128, y: v128): v128 {
  return term(kind, z, a, y, splat(constant));
}

/** ∂E/∂a of one output unit, or of σ with binary cross-entropy ∂E/∂z. */
export function lossSlopeOf(kind: i32, constant: f64, z: v128, a: v128, y: v128): v128 {
  return lossSlope(kind, z, a, y, splat(constant));
}
