/** What each part of a network is in PyTorch's words. `F` is torch.nn.functional; every value is float64. */

import { ACTIVATIONS, LOSSES, mergedPair, pythonNumber } from '../../../core/functions';
import type { Activation, Network } from '../../../core/network';

/** g(z) of a layer, `z` being the expression given. */
export function activationOf(g: Activation, z: string): string {
  return ACTIVATIONS[g.type].pytorch(z, g);
}

/** True where the loss is computed from z of the output layer, as sigmoid or softmax with its own cross-entropy is. */
export function fromLogits(network: Network): boolean {
  return mergedPair(network) !== undefined;
}

/** The mean over the rows of E_s, from `output` (a^(L), or z^(L) where the loss is computed from it) and `y`. */
export function dataLossOf(network: Network): string {
  return mergedPair(network)?.pytorch ?? LOSSES[network.loss.type].pytorch(network.loss);
}

/** R(θ) over the weights, never the biases; undefined where the file has no penalty. */
export function penaltyOf({ regularization: { l1, l2 } }: Network): string | undefined {
  const terms = [
    ...(l1 === 0 ? [] : [`${pythonNumber(l1)} * sum(layer.weight.abs().sum() for layer in layers)`]),
    ...(l2 === 0 ? [] : [`${pythonNumber(l2 / 2)} * sum((layer.weight**2).sum() for layer in layers)`]),
  ];
  return terms.length === 0 ? undefined : terms.join(' + ');
}
