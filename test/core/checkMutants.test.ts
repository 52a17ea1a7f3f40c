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

interface Bug {
  readonly name: string;
  /** backprop.ts where it is left out. */
  readonly file?: string;
  readonly right: string;
  readonly wrong: string;
  readonly wrongParameters: readonly string[];
}

const bugs: readonly Bug[] = [
  {
    name: 'the derivative g′ of the hidden layers is missing',
    right: 'throughActivation(layerAt(network, l + 1).activation, at(pass.z, l), at(pass.a, l), here);',
    wrong: '',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the weights are not transposed on the way back',
    right: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1), here);',
    wrong: 'addProduct(theta, at(layers, l), at(delta, l + 1), here);',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the path through the first unit is missing',
    right: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1), here);',
    wrong: 'addTransposedProduct(theta, at(layers, l), at(delta, l + 1).map((d, k) => (k === 0 ? 0 : d)), here);',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sum keeps what the sample before left in it',
    right: 'here.fill(0);',
    wrong: '',
    wrongParameters: those([1, 2]),
  },
  {
    name: 'the sign is that of the descent direction',
    right: 'scaled(at(pass.delta, l + 1), weight)',
    wrong: 'scaled(at(pass.delta, l + 1), -weight)',
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the gradient is not divided by m',
    right: 'for (const values of [gradient, ...units.delta',
    wrong: 'for (const values of [...units.delta',
    wrongParameters: those([1, 2, 3]),
  },
  {
    name: 'the penalty is forgotten',
    right: '  addPenaltyGradient(network, theta, gradient, samples.count);\n  const r',
    wrong: '  const r',
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
  {
    name: 'the bias takes the last sample’s share alone',
    file: 'layerMath.ts',
    right: '(gradient[biases + i] ?? NaN) + d * biasInput;',
    wrong: 'd * biasInput;',
    wrongParameters: those([1, 2, 3], [0]),
  },
  {
    name: 'the input factor a_j is missing',
    file: 'layerMath.ts',
    right: 'd * (x[xAt + j] ?? NaN);\n    } else',
    wrong: 'd;\n    } else',
    wrongParameters: those([1, 2, 3], [1, 2]),
  },
];

test.each(bugs)(
  '$name: caught, and every wrong parameter named',
  async ({ file = 'backprop.ts', right, wrong, wrongParameters }) => {
    const { check } = await mutant(file, right, wrong);
    const report = check(network, network.theta, samples);
    expect(report.verdict).toBe('fail');
    const failed = report.parameters.filter(({ verdict }) => verdict === 'fail');
    const named = failed.map(({ parameter: { layer, to, from } }) => [layer, to, from].join());
    expect(named.sort()).toEqual(wrongParameters);
    expect(report.parameters.filter(({ verdict }) => verdict === 'pass')).toHaveLength(18 - failed.length);
  },
);
