/** Initial weights, as PyTorch's `nn.init` defines them. */

import { ACTIVATIONS, type ActivationName } from '../../core/functions';
import { initStream, normal, randomStream, uniform } from './random';

/** θ^(l) has fan-in s_l and fan-out s_(l+1). */
interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

interface InitRow {
  /** Uniform in ±bound, or normal with this standard deviation. */
  readonly distribution: 'uniform' | 'normal' | 'zero';
  readonly scale: (fans: Fans) => number;
}

const INITS = {
  xavierUniform: { distribution: 'uniform', scale: ({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut)) },
  xavierNormal: { distribution: 'normal', scale: ({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)) },
  heUniform: { distribution: 'uniform', scale: ({ fanIn }) => Math.sqrt(6 / fanIn) },
  heNormal: { distribution: 'normal', scale: ({ fanIn }) => Math.sqrt(2 / fanIn) },
  zeros: { distribution: 'zero', scale: () => 0 },
} as const satisfies Record<string, InitRow>;

export type InitName = keyof typeof INITS;
export const INIT_NAMES = Object.keys(INITS) as InitName[];

/** What a layer without `init` is drawn by: its activation's row says it. */
export function defaultInit(activation: ActivationName): InitName {
  return ACTIVATIONS[activation].init;
}

/**
 * Writes the initial weights of θ^(l) into `weights` (fanOut × fanIn, row by row). They depend on `seed`, `init`, the
 * layer's number and its shape, and on nothing else in the file.
 */
export function drawWeights(weights: Float64Array, init: InitName, seed: number, layer: number, fans: Fans): void {
  const { distribution, scale }: InitRow = INITS[init];
  if (distribution === 'zero') {
    weights.fill(0);
    return;
  }
  const random = randomStream(seed, initStream(layer));
  const factor = scale(fans);
  for (let index = 0; index < weights.length; index++) {
    weights[index] = factor * (distribution === 'uniform' ? 2 * uniform(random) - 1 : normal(random));
  }
}
