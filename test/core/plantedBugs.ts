/** Bugs to be planted in a copy of the core, and a network that shows each of them. */

import { networkOf, samplesOf } from './networks';

export const network = networkOf({
  layers: [
    { units: 2 },
    {
      activation: 'tanh',
      weights: [
        [0.4, -0.7],
        [0.9, 0.2],
      ],
      biases: [0.1, -0.3],
    },
    {
      activation: 'sigmoid',
      weights: [
        [0.5, -0.8],
        [0.3, 1.1],
      ],
      biases: [-0.2, 0.4],
    },
    {
      activation: 'identity',
      weights: [
        [0.7, -0.4],
        [-0.6, 0.9],
      ],
      biases: [0.2, 0.1],
    },
  ],
  regularization: { l1: 0, l2: 0.05 },
});
export const samples = samplesOf({
  inputs: [
    [1, -0.5],
    [0.3, 0.8],
    [-1.2, 0.4],
  ],
  targets: [
    [1, 0],
    [0, 1],
    [0.5, 0.5],
  ],
});

/** θ_ij^(l) of the layers given, weights or biases or both. */
function those(layers: readonly number[], from: readonly number[] = [0, 1, 2]): string[] {
  return layers.flatMap((l) => from.flatMap((j) => [1, 2].map((i) => `${String(l)},${String(i)},${String(j)}`))).sort();
}

interface Bug {
  readonly name: string;
  /** backprop.ts where it is left out. */
  readonly file?: string;
  /** What stands in the file, and what a wrong program has there. */
  readonly right: string;
  readonly wrong: string;
  /** What the judge says of it. */
  readonly mistake: { readonly code: string; readonly layers: readonly number[]; readonly part: string } | null;
  /** What is wrong then. */
  readonly wrongParameters: readonly string[];
}

export const bugs: readonly Bug[] = [
  {
    name: 'the derivative g′ of the hidden layers is missing',
    right: 'throughActivation(layerAt(network, l + 1).activation, at(pass.z, l), at(pass.a, l), here);',
    wrong: '',
    mistake: { code: 'activation-derivative-missing', layers: [2, 3], part: 'all' },
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the weights are not transposed on the way back',
    right: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1), here);',
    wrong: 'addProduct(theta, at(layers, l), at(delta, l + 1), here);',
    mistake: { code: 'transposed', layers: [2, 3], part: 'all' },
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the path through the first unit is missing',
    right: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1), here);',
    wrong: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1).map((d, k) => (k === 0 ? 0 : d)), here);',
    mistake: null,
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sum keeps what the sample before left in it',
    right: 'here.fill(0);',
    wrong: '',
    mistake: null,
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sign is that of the descent direction',
    right: 'scaled(at(pass.delta, l + 1), weight)',
    wrong: 'scaled(at(pass.delta, l + 1), -weight)',
    mistake: { code: 'sign', layers: [1, 2, 3], part: 'data' },
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the gradient is not divided by m',
    right: 'for (const values of [gradient, ...units.delta',
    wrong: 'for (const values of [...units.delta',
    mistake: { code: 'scale', layers: [1, 2, 3], part: 'data' },
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the penalty is forgotten',
    right: '  addPenaltyGradient(network, theta, gradient, samples.count);\n  const r',
    wrong: '  const r',
    mistake: { code: 'penalty-missing', layers: [1, 2, 3], part: 'penalty' },
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
  {
    name: 'the bias takes the last sample’s share alone',
    file: 'layerMath.ts',
    right: '(gradient[biases + i] ?? NaN) + d * biasInput;',
    wrong: 'd * biasInput;',
    mistake: { code: 'one-sample', layers: [1, 2, 3], part: 'biases' },
    wrongParameters: those([1, 2, 3], [0]),
  },
  {
    name: 'the input factor a_j is missing',
    file: 'layerMath.ts',
    right: 'd * (x[xAt + j] ?? NaN);\n    } else',
    wrong: 'd;\n    } else',
    mistake: { code: 'input-missing', layers: [1, 2, 3], part: 'weights' },
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
];
