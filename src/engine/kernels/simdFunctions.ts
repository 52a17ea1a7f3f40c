/** The numbers by which the kernels (wasm/activations.ts, wasm/losses.ts) know the functions of core's table. */

import { ACTIVATIONS, LOSSES, mergedPair, type ActivationName, type LossName } from '../../core/functions';
import type { Activation, Network } from '../../core/network';

/** The activations with a kernel of their own; the table's others are computed by the table. */
const ACTIVATION_KINDS: readonly ActivationName[] = [
  'identity',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'silu',
  'softplus',
  'softsign',
];

/** Every loss; behind them the merged pairs, in the order of their losses. */
const LOSS_KINDS: readonly LossName[] = ['mse', 'mae', 'huber', 'binaryCrossEntropy', 'crossEntropy'];
const MERGED_KINDS: readonly LossName[] = ['binaryCrossEntropy', 'crossEntropy'];

/** A kernel's number, and the constant of the function. */
export interface Kind {
  readonly kind: number;
  readonly constant: number;
}

/** Undefined where the function has no kernel, or couples units. */
export function activationKind(g: Activation): Kind | undefined {
  const kind = ACTIVATION_KINDS.indexOf(g.type);
  const constant = ACTIVATIONS[g.type].constant;
  return kind < 0 ? undefined : { kind, constant: constant ? (g[constant.key] ?? constant.default) : 0 };
}

/** `ofLogits` where the kernels give ∂E/∂z at once. */
export function lossKind(network: Pick<Network, 'layers' | 'loss'>): Kind & { readonly ofLogits: boolean } {
  const { type } = network.loss;
  const ofLogits = mergedPair(network) !== undefined;
  const kind = ofLogits ? LOSS_KINDS.length + MERGED_KINDS.indexOf(type) : LOSS_KINDS.indexOf(type);
  const constant = LOSSES[type].constant;
  return { kind, constant: constant ? (network.loss[constant.key] ?? constant.default) : 0, ofLogits };
}
