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

/** What stands in backprop.ts and what a wrong program has there; what the judge says of it, and what is wrong then. */
export const bugs = [
  {
    name: 'the derivative g′ of the hidden layers is missing',
    right: 'throughActivation(layerAt(network, l + 1).activation, at(pass.z, l), at(pass.a, l), here);',
    wrong: '',
    mistake: { code: 'activation-derivative-missing', layers: [2, 3], part: 'all' },
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the weights are not transposed on the way back',
    right: '(theta[row + i] ?? NaN) * d;',
    wrong: '(theta[block.weights + i * block.columns + k] ?? NaN) * d;',
    mistake: { code: 'transposed', layers: [2, 3], part: 'all' },
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the path through the first unit is missing',
    right:
      'for (let k = 0; k < block.rows; k++) {\n    const row = block.weights + k * block.columns;\n    const d = delta[k]',
    wrong:
      'for (let k = 1; k < block.rows; k++) {\n    const row = block.weights + k * block.columns;\n    const d = delta[k]',
    mistake: null,
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sum keeps what the sample before left in it',
    right: 'result.fill(0);',
    wrong: '',
    mistake: null,
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sign is that of the descent direction',
    right: 'addOuterProduct(gradient, block, at(pass.delta, l + 1), at(pass.a, l));',
    wrong: 'addOuterProduct(gradient, block, at(pass.delta, l + 1).map((d) => -d), at(pass.a, l));',
    mistake: { code: 'sign', layers: [1, 2, 3], part: 'data' },
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the gradient is not divided by m',
    right: 'for (const values of [gradient, ...units.z',
    wrong: 'for (const values of [...units.z',
    mistake: { code: 'scale', layers: [1, 2, 3], part: 'data' },
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the penalty is forgotten',
    right: '  addPenaltyGradient(network, theta, gradient);\n  const r',
    wrong: '  const r',
    mistake: { code: 'penalty-missing', layers: [1, 2, 3], part: 'penalty' },
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
  {
    name: 'the bias takes the last sample’s share alone',
    right: '(gradient[block.biases + i] ?? NaN) + d;',
    wrong: 'd;',
    mistake: { code: 'one-sample', layers: [1, 2, 3], part: 'biases' },
    wrongParameters: those([1, 2, 3], [0]),
  },
  {
    name: 'the input factor a_j is missing',
    right: 'd * (a[j] ?? NaN);',
    wrong: 'd;',
    mistake: { code: 'input-missing', layers: [1, 2, 3], part: 'weights' },
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
];
