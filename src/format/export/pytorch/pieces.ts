/** What each part of a network is in PyTorch's words. `F` is torch.nn.functional; every value is float64. */

import { ACTIVATIONS, LOSSES, lossWithLogits, pythonNumber } from '../../../core/functions';
import type { Activation, Layer, Network } from '../../../core/network';

/** g(z) of a layer, `z` being the expression given. */
export function activationExpression(g: Activation, z: string): string {
  return ACTIVATIONS[g.type].pytorch(z, g);
}

/** True where the loss is computed from z of the output layer, as sigmoid or softmax with its own cross-entropy is. */
export function fromLogits(network: Network): boolean {
  return lossWithLogits(network) !== undefined;
}

/**
 * Σ_s w_s E_s from `output` (a^(L), or z^(L) where the loss is computed from it), `y`, and the rows' own `weights` where they
 * have any: the mean over the rows as a rule.
 */
export function dataLossOf(network: Network, weighted: boolean): string {
  const { loss } = network;
  const each = lossWithLogits(network)?.pytorch ?? LOSSES[loss.type].pytorch(loss);
  const ofRows = `${each}.${loss.outputs === 'mean' ? 'mean' : 'sum'}(1)`;
  const isSum = loss.samples === 'sum';
  if (!weighted) return `${ofRows}.${isSum ? 'sum' : 'mean'}()`;
  return `(weights * (${ofRows})).sum()${isSum ? '' : ' / weights.sum()'}`;
}

/** What the data loss of a `share` of a `batch` is multiplied by, so that the shares' sum is the batch's. */
export function shareOf({ loss }: Network, weighted: boolean): string {
  if (loss.samples === 'sum') return '';
  return weighted ? ' * (weights[share].sum() / weights[batch].sum())' : ' * (len(share) / len(batch))';
}

/** R(θ) over the `penalized` tensors, for J over `rows` rows; undefined where the file has no penalty. */
export function penaltyOf({ regularization }: Network): string | undefined {
  const { l1, l2, half, perSample } = regularization;
  const terms = [
    ...(l1 === 0 ? [] : [`${pythonNumber(l1)} * sum(theta.abs().sum() for theta in penalized)`]),
    ...(l2 === 0
      ? []
      : [`${pythonNumber(half === false ? l2 : l2 / 2)} * sum((theta**2).sum() for theta in penalized)`]),
  ];
  if (terms.length === 0) return undefined;
  return perSample ? `(${terms.join(' + ')}) / rows` : terms.join(' + ');
}

/** z of `layer` with the input a_0 = `biasInput` of its biases. */
export function linearOf(layer: string, { hasBiases, biasInput }: Layer): string {
  if (!hasBiases || biasInput === undefined) return `${layer}(a)`;
  return `F.linear(a, ${layer}.weight, ${pythonNumber(biasInput)} * ${layer}.bias)`;
}
