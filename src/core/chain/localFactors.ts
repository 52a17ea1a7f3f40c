/** The numbers of every chain factor that a path from one parameter, or without one from an input, can meet, for one sample. */

import type { SamplePass } from '../backprop';
import { ACTIVATIONS, hasLossWithLogits, lossDerivative } from '../functions';
import {
  type LayerLayout,
  type Network,
  type Objective,
  type ParameterId,
  biasInputOf,
  layerAt,
  parameterLayout,
} from '../network';
import type { Stage } from '../stages';

/** The local derivatives of one stage by the stage before it. Units count from 0. */
export interface StageDerivatives {
  /** ∂to/∂from. Only asked for where the path can go from the one to the other. */
  factor(from: number, to: number): number;
  /** For each unit `from`, the largest |product| that goes on from it, where `next` holds that of each unit `to`. */
  best(next: Float64Array): Float64Array;
  /** Of an activation: z of each unit `from`. */
  readonly z?: Float64Array;
}

export interface LocalFactors {
  /** From 1. */
  readonly sample: number;
  /** ∂E/∂ of each unit of the last stage. */
  readonly loss: Float64Array;
  /** `steps[n]` leads from stage n to stage n + 1. */
  readonly steps: readonly StageDerivatives[];
  /** ∂z_i^(l+1)/∂θ_ij^(l) = a_j^(l), a_0 for a bias; 1 where paths start at no parameter. */
  readonly input: number;
}

/** Takes the factors out of a sample's passes; nothing of `pass` is kept. */
export function localFactors(
  { network, theta }: Objective,
  parameter: ParameterId | undefined,
  stages: readonly Stage[],
  pass: SamplePass,
): LocalFactors {
  const last = network.layers.length - 1;
  const outputs = pass.a[last] ?? new Float64Array();
  const loss = hasLossWithLogits(network)
    ? (pass.delta[last] ?? outputs).slice()
    : outputs.map((_, k) => lossDerivative(network, outputs, pass.y, k));
  const blocks = parameterLayout(network.layers).layers;
  const steps = stages.slice(1).map(({ kind, layer }) => {
    const block = blocks[layer - 2];
    return kind === 'z' && block ? weightStep(theta, block) : activationStep(network, layer, pass);
  });
  return { sample: pass.sample, loss, steps, input: parameter ? inputOf(network, parameter, pass) : 1 };
}

function inputOf(network: Network, { layer, from }: ParameterId, { a }: SamplePass): number {
  return from === 0 ? biasInputOf(network, layer) : (a[layer - 1]?.[from - 1] ?? NaN);
}

/**
 * |x·f| as paths are ranked by it: a product that has stopped being a number, or finite, stays above all others, whatever
 * it is multiplied by. Monotone in x, so that the best of a product's parts gives the best product.
 */
export function rank(x: number, f: number): number {
  const product = Math.abs(x * f);
  return Number.isNaN(product) ? Infinity : product;
}

/** ∂z_k^(l+1)/∂a_i^(l) = θ_ki^(l) */
function weightStep(theta: Float64Array, { weights, rows, columns }: LayerLayout): StageDerivatives {
  return {
    factor: (from, to) => theta[weights + to * columns + from] ?? NaN,
    best(next) {
      const best = new Float64Array(columns);
      for (let to = 0; to < rows; to++) {
        const row = weights + to * columns;
        const x = next[to] ?? NaN;
        for (let from = 0; from < columns; from++) {
          const value = rank(x, theta[row + from] ?? NaN);
          if (value > (best[from] ?? NaN)) best[from] = value;
        }
      }
      return best;
    },
  };
}

/** ∂a_i^(l)/∂z_k^(l) = g′(z_k^(l)) for i = k; of softmax for every i and k. */
function activationStep(network: Network, layer: number, pass: SamplePass): StageDerivatives {
  const { activation } = layerAt(network, layer);
  const row = ACTIVATIONS[activation.type];
  const z = (pass.z[layer - 1] ?? new Float64Array()).slice();
  if (!row.vector) {
    const slopes = z.map((value) => row.derivative(value, activation));
    return {
      z,
      factor: (from) => slopes[from] ?? NaN,
      best: (next) => next.map((value, unit) => rank(value, slopes[unit] ?? NaN)),
    };
  }
  const a = (pass.a[layer - 1] ?? z).slice();
  return {
    z,
    factor: (from, to) => row.derivative(a, to, from),
    best: (next) =>
      next.map((_, from) =>
        next.reduce((best, value, to) => Math.max(best, rank(value, row.derivative(a, to, from))), 0),
      ),
  };
}
