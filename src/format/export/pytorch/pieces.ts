/** What each part of a network is in PyTorch's words. `F` is torch.nn.functional; every value is float64. */

import { mergedPair, type ActivationName } from '../../../core/functions';
import type { Activation, Network, Optimizer } from '../../../core/network';

/** g(z) of a layer, `z` being the expression given. */
export function activationOf({ type, slope, alpha }: Activation, z: string): string {
  const forms: Readonly<Record<ActivationName, string>> = {
    identity: z,
    sigmoid: `torch.sigmoid(${z})`,
    tanh: `torch.tanh(${z})`,
    relu: `torch.relu(${z})`,
    leakyRelu: `F.leaky_relu(${z}, ${number(slope ?? 0.01)})`,
    elu: `F.elu(${z}, ${number(alpha ?? 1)})`,
    gelu: `F.gelu(${z})`,
    silu: `F.silu(${z})`,
    // Its own threshold, 20, would cut off a part of 2e-9.
    softplus: `F.softplus(${z}, threshold=40.0)`,
    softsign: `F.softsign(${z})`,
    softmax: `torch.softmax(${z}, dim=1)`,
  };
  return forms[type];
}

/** True where the loss is computed from z of the output layer, as sigmoid or softmax with its own cross-entropy is. */
export function fromLogits(network: Network): boolean {
  return mergedPair(network) !== undefined;
}

/** The mean over the rows of E_s, from `output` (a^(L), or z^(L) where the loss is computed from it) and `y`. */
export function dataLossOf(network: Network): string {
  const logits = fromLogits(network);
  const { type, delta } = network.loss;
  switch (type) {
    case 'mse':
      return '0.5 * ((output - y) ** 2).sum(1).mean()';
    case 'mae':
      return '(output - y).abs().sum(1).mean()';
    case 'huber':
      return `F.huber_loss(output, y, reduction="sum", delta=${number(delta ?? 1)}) / len(y)`;
    case 'binaryCrossEntropy':
      return logits
        ? 'F.binary_cross_entropy_with_logits(output, y, reduction="sum") / len(y)'
        : '-(torch.xlogy(y, output) + torch.xlogy(1 - y, 1 - output)).sum(1).mean()';
    case 'crossEntropy':
      return logits ? '-(y * torch.log_softmax(output, dim=1)).sum(1).mean()' : '-torch.xlogy(y, output).sum(1).mean()';
  }
}

/** R(θ) over the weights, never the biases; undefined where the file has no penalty. */
export function penaltyOf({ regularization: { l1, l2 } }: Network): string | undefined {
  const terms = [
    ...(l1 === 0 ? [] : [`${number(l1)} * sum(layer.weight.abs().sum() for layer in layers)`]),
    ...(l2 === 0 ? [] : [`${number(l2 / 2)} * sum((layer.weight**2).sum() for layer in layers)`]),
  ];
  return terms.length === 0 ? undefined : terms.join(' + ');
}

/** The optimizer over `parameters`. */
export function optimizerOf(optimizer: Optimizer): string {
  const { type, learningRate, momentum, decay, beta1, beta2, epsilon, weightDecay } = optimizer;
  const rate = `lr=${number(learningRate)}`;
  const adam = `betas=(${number(beta1 ?? 0.9)}, ${number(beta2 ?? 0.999)}), eps=${number(epsilon ?? 1e-8)}`;
  switch (type) {
    case 'gd':
      return `torch.optim.SGD(parameters, ${rate})`;
    case 'momentum':
      return `torch.optim.SGD(parameters, ${rate}, momentum=${number(momentum ?? 0.9)})`;
    case 'nesterov':
      return `torch.optim.SGD(parameters, ${rate}, momentum=${number(momentum ?? 0.9)}, nesterov=True)`;
    case 'rmsprop':
      return `torch.optim.RMSprop(parameters, ${rate}, alpha=${number(decay ?? 0.9)}, eps=${number(epsilon ?? 1e-8)})`;
    case 'adam':
      return `torch.optim.Adam(parameters, ${rate}, ${adam})`;
    case 'adamw':
      return `torch.optim.AdamW(parameters, ${rate}, ${adam}, weight_decay=${number(weightDecay ?? 0.01)})`;
  }
}

/** A number as Python reads it back to the same double. */
export function number(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
