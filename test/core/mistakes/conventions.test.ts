/** The judge where a file states other conventions: PyTorch's gradients are never accused, wrong programs are found out, and formulas say what the file says. */
import { describe, expect, test } from 'vitest';
import { judgeClaims } from '../../../src/core/mistakes/claims';
import { parameterAt, parameterLayout } from '../../../src/core/network';
import { parseNetworkFile } from '../../../src/format';
import { conventionGoldens } from '../conventionGoldens';
import { generator } from '../exercises';
import { networkOf, samplesOf } from '../networks';
import { judge, program } from './judged';
import { CODES } from './drawnBugs';
import { randomNet, underConventions } from './drawnNets';
import { run } from './programs';

describe.each(conventionGoldens)('PyTorch’s gradients: $name', ({ network, data, gradient }) => {
  const layout = parameterLayout(network.layers);
  const judged = (text: (value: number) => string, computed: boolean) =>
    judgeClaims(
      network,
      network.theta,
      data.training,
      Array.from(gradient, (value, k) => ({
        parameter: parameterAt(layout, k),
        value: Number(text(value)),
        text: text(value),
      })),
      { computed },
    );

  test.each([
    ['float64', String, true],
    ['float32', (value: number) => String(Math.fround(value)), true],
    ['6 digits', (value: number) => String(Number(value.toPrecision(6))), true],
    ['3 digits by hand', (value: number) => value.toPrecision(3), false],
  ] as const)('in %s are right', (_, text, computed) => {
    const { claims, diagnosis } = judged(text, computed);
    expect(diagnosis).toBeNull();
    expect(claims.every(({ verdict }) => verdict === 'correct')).toBe(true);
  });
});

const names = Object.keys(underConventions(randomNet(generator(1)), generator(1)));

describe.each(names)('under %s', (name) => {
  test('a right program is not accused', () => {
    const random = generator(21);
    for (let n = 0; n < 12; n++) {
      const net = underConventions(randomNet(random), random)[name];
      if (!net) throw new Error(name);
      expect(judge(net, run(net, []), String).diagnosis).toBeNull();
    }
  });

  // A penalty that is over the biases cannot be over them by mistake.
  const codes = CODES.filter((code) => code !== 'penalty-on-biases' || !/biases|sum/.test(name));
  test.each(codes)('%s is named with its layers', (code) => {
    const random = generator(31);
    const { net, bug, wrong } = program(code, random, (plain) => underConventions(plain, random)[name] ?? plain);
    const { diagnosis } = judge(net, wrong, String);
    const [found] = diagnosis?.mistakes ?? [];
    expect(diagnosis?.mistakes).toHaveLength(1);
    const layers = [...bug.at].sort((p, q) => p - q);
    expect([found, ...(found?.or ?? [])]).toContainEqual(expect.objectContaining({ code, layers }));
    expect(diagnosis?.explained).toBe(diagnosis?.wrong);
  });
});

describe('formulas', () => {
  /** What is said of every gradient with the wrong sign. */
  function negated(conventions: object, weights?: readonly number[]) {
    const file = {
      layers: [
        { units: 2 },
        {
          activation: 'tanh',
          weights: [
            [0.4, -0.7],
            [0.9, 0.3],
          ],
          biases: [0.1, -0.2],
          ...conventions,
        },
        {
          activation: 'sigmoid',
          weights: [
            [0.8, -0.5],
            [0.2, 0.7],
          ],
          biases: [0.05, -0.1],
          ...conventions,
        },
      ],
      data: {
        inputs: [
          [0.5, -1.2],
          [1.1, 0.3],
          [-0.4, 0.8],
        ],
        targets: [
          [0, 1],
          [1, 0],
          [0, 0],
        ],
        ...(weights && { weights }),
      },
      ...conventions,
    };
    const { network, data } = parseNetworkFile(JSON.stringify(file), { fileName: 'formulas' });
    if (!network || !data) throw new Error('the network is refused');
    const layout = parameterLayout(network.layers);
    const claims = Array.from({ length: layout.count }, (_, k) => ({
      parameter: parameterAt(layout, k),
      value: 9,
      text: '9',
    }));
    const right = judgeClaims(network, network.theta, data.training, claims, { computed: true }).claims;
    const turned = right.map(({ parameter, gradient }) => ({ parameter, value: -gradient, text: String(-gradient) }));
    const [found] =
      judgeClaims(network, network.theta, data.training, turned, { computed: true }).diagnosis?.mistakes ?? [];
    return { right: found?.right, yours: found?.yours, numpy: found?.lines.numpy.right };
  }

  test.each([
    [{ loss: 'mse' }, undefined, '(1/m) Σₛ δ⁽³⁾ (a⁽²⁾)ᵀ', 'dZ2.T @ A1 / m'],
    [{ loss: { type: 'mse', samples: 'sum' } }, undefined, 'Σₛ δ⁽³⁾ (a⁽²⁾)ᵀ', 'dZ2.T @ A1'],
    [{ loss: 'mse' }, [1, 2, 0.5], '(1/Σw) Σₛ wₛ δ⁽³⁾ (a⁽²⁾)ᵀ', '(w * dZ2).T @ A1 / w.sum()'],
    [{ loss: { type: 'mse', samples: 'sum' } }, [1, 2, 0.5], 'Σₛ wₛ δ⁽³⁾ (a⁽²⁾)ᵀ', '(w * dZ2).T @ A1'],
    [
      { loss: 'mse', regularization: { l2: 0.1, half: false, perSample: true } },
      undefined,
      '(1/m) Σₛ δ⁽³⁾ (a⁽²⁾)ᵀ',
      'dZ2.T @ A1 / m + 2 * lam * W2 / m',
    ],
  ] as const)('%j with weights %j', (conventions, weights, formula, code) => {
    const { right, yours, numpy } = negated(conventions, weights);
    expect(right).toBe(`∂J/∂θ⁽²⁾ = ${formula}`);
    expect(yours).toBe(`∂J/∂θ⁽²⁾ = −${formula}`);
    expect(numpy).toBe(`dW2 = ${code}`);
  });

  test('the error of the outputs, the mean over them', () => {
    const network = networkOf({
      layers: [{ units: 1 }, { activation: 'sigmoid', weights: [[0.5], [-0.4]], biases: [0.1, 0.2] }],
      loss: { type: 'binaryCrossEntropy', outputs: 'mean' },
    });
    const samples = samplesOf({
      inputs: [[1], [0.3]],
      targets: [
        [0, 1],
        [1, 1],
      ],
    });
    const layout = parameterLayout(network.layers);
    const a = [0, 1].map((s) =>
      [0, 1].map((i) => {
        const z = (network.theta[i] ?? NaN) * (samples.inputs[s] ?? NaN) + (network.theta[2 + i] ?? NaN);
        return 1 / (1 + Math.exp(-z));
      }),
    );
    // δ times g′ once more.
    const delta = (s: number, i: number): number => {
      const out = a[s]?.[i] ?? NaN;
      return ((out - (samples.targets[2 * s + i] ?? NaN)) / 2) * out * (1 - out);
    };
    const values = [
      ...[0, 1].map((i) => (delta(0, i) * 1 + delta(1, i) * 0.3) / 2),
      ...[0, 1].map((i) => (delta(0, i) + delta(1, i)) / 2),
    ];
    const claims = values.map((value, k) => ({ parameter: parameterAt(layout, k), value, text: String(value) }));
    const [found] = judgeClaims(network, network.theta, samples, claims).diagnosis?.mistakes ?? [];
    expect(found).toMatchObject({ code: 'activation-derivative-extra', right: 'δ⁽²⁾ = (a⁽²⁾ − y)/2' });
    expect(found?.lines.numpy.right).toBe('dZ1 = (A1 - Y) / 2');
  });
});
