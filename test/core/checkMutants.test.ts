import { expect, test } from 'vitest';
import { networkOf, samplesOf } from './networks';
import { mutant } from './mutants';

const network = networkOf({
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
const samples = samplesOf({
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

const bugs = [
  {
    name: 'the derivative g′ of the hidden layers is missing',
    right: 'throughActivation(layerAt(network, l + 1).activation, at(pass.z, l), at(pass.a, l), here);',
    wrong: '',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the weights are not transposed on the way back',
    right: '(theta[row + i] ?? NaN) * d;',
    wrong: '(theta[block.weights + i * block.columns + k] ?? NaN) * d;',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the path through the first unit is missing',
    right:
      'for (let k = 0; k < block.rows; k++) {\n    const row = block.weights + k * block.columns;\n    const d = delta[k]',
    wrong:
      'for (let k = 1; k < block.rows; k++) {\n    const row = block.weights + k * block.columns;\n    const d = delta[k]',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sum keeps what the sample before left in it',
    right: 'result.fill(0);',
    wrong: '',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sign is that of the descent direction',
    right: 'addOuterProduct(gradient, block, at(pass.delta, l + 1), at(pass.a, l));',
    wrong: 'addOuterProduct(gradient, block, at(pass.delta, l + 1).map((d) => -d), at(pass.a, l));',
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the gradient is not divided by m',
    right: 'for (const values of [gradient, ...units.z',
    wrong: 'for (const values of [...units.z',
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the penalty is forgotten',
    right: '  addPenaltyGradient(network, theta, gradient);\n  const r',
    wrong: '  const r',
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
  {
    name: 'the bias takes the last sample’s share alone',
    right: '(gradient[block.biases + i] ?? NaN) + d;',
    wrong: 'd;',
    wrongParameters: those([1, 2, 3], [0]),
  },
  {
    name: 'the input factor a_j is missing',
    right: 'd * (a[j] ?? NaN);',
    wrong: 'd;',
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
];

test.each(bugs)('$name: caught, and every wrong parameter named', async ({ right, wrong, wrongParameters }) => {
  const { check } = await mutant('backprop.ts', right, wrong);
  const report = check(network, network.theta, samples);
  expect(report.verdict).toBe('fail');
  const failed = report.parameters.filter(({ verdict }) => verdict === 'fail');
  const named = failed.map(({ parameter: { layer, to, from } }) => [layer, to, from].join());
  expect(named.sort()).toEqual(wrongParameters);
  expect(report.parameters.filter(({ verdict }) => verdict === 'pass')).toHaveLength(18 - failed.length);
});
