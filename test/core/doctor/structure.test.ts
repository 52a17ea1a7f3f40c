/** What the causes say that stand in the network before any step. */

import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/core/check/steps';
import { CAUSES, type CauseCode, diagnosing, type Finding } from '../../../src/core/doctor';
import type { Dataset } from '../../../src/core/network';
import { parsed } from './diagnosed';
import type { File } from './generated';
import { type Ending, type Start, found, gd, line, near, toolsOf } from './scripted';

describe('the structure', () => {
  it('frozen-all counts the parameters', () => {
    const file = { ...line(gd(0.3)), layers: [{ units: 1 }, { weights: [[0], [1]], frozen: true }] };
    const two = {
      ...file,
      data: {
        inputs: [[1], [2]],
        targets: [
          [1, 2],
          [2, 4],
        ],
      },
    };
    const isFree = ({ network }: Start): boolean => network.layers[1]?.frozenWeights === false;
    const finding = found('frozen-all', two, (start) => ({ theta: isFree(start) ? [1, 2, 0, 0] : [0, 1, 0, 0] }));
    // ½ (1 + 1) and ½ (4 + 4) of two rows.
    expect(finding).toEqual({
      code: 'frozen-all',
      severity: 'severe',
      message: 'All 4 parameters are frozen: training changes nothing, and J stays at 2.5.',
      evidence: { frozen: 4, parameters: 4 },
      remedy: {
        message: 'Take "frozen" out of the layers that are to learn.',
        changes: [{ key: 'unfreeze', layer: 2 }],
        lossBefore: 2.5,
        lossAfter: 0,
        epochs: 10,
      },
    });
    expect(found('frozen-all', line(gd(0.3)), () => ({ theta: [0] }))).toBeUndefined();
  });

  const drawnAnew = {
    message: 'Leave "weights" and "biases" out, so that "init" draws the weights at random.',
    changes: [
      { key: 'initialWeights', layer: 2 },
      { key: 'initialWeights', layer: 3 },
    ],
  };
  const hidden = (weights: readonly number[], out: readonly number[], activation = 'tanh'): File => ({
    ...line(gd(0.3)),
    layers: [
      { units: 1 },
      { weights: weights.map((w) => [w]), biases: false, activation },
      { weights: [out], biases: false },
    ],
  });
  /** Where training leaves the file as it is, but not what is drawn anew: w = 0.75 is 0.5 times its largest. */
  const staying = (file: File, mended: readonly number[]) => {
    const { network } = parsed(file);
    return ({ network: { theta } }: Start): Ending => ({
      theta: theta.every((value, k) => value === network.theta[k]) ? [...theta] : mended,
      loss: [4, 4, 4],
    });
  };

  it('constant-output says why it is the same', () => {
    const file = hidden([1, 2], [0, 0]);
    const finding = found('constant-output', file, staying(file, [0.1, 0.1, 10, 10]));
    expect(finding).toMatchObject({
      severity: 'severe',
      layer: 3,
      message:
        'The output is the same for all 3 rows looked at, before and after training (0), while the targets differ: no input reaches the output: weights are 0, or units are idle on every row.',
      evidence: { outputBefore: 0, outputAfter: 0, rows: 3 },
      remedy: drawnAnew,
    });
    const same = { ...line(gd(0.3)), data: { inputs: [[1], [1], [1]], targets: [[2], [4], [-2]] } };
    expect(found('constant-output', same, () => ({ theta: [0.5] }))?.message).toMatch(
      /\(0\.5\), while the targets differ: all rows have the same inputs\.$/,
    );
    // It is no fault where the targets do not differ, and it is not constant where one run's outputs differ.
    const flat = { ...file, data: { inputs: [[1], [2], [-1]], targets: [[2], [2], [2]] } };
    expect(found('constant-output', flat, staying(flat, []))).toBeUndefined();
    expect(found('constant-output', file, () => ({ theta: [1, 2, 0, 1e-3] }))).toBeUndefined();
    const started = hidden([1, 2], [0, 1e-3]);
    expect(found('constant-output', started, () => ({ theta: [1, 2, 0, 0] }))).toBeUndefined();
  });

  it('constant-output knows a softmax of one unit', () => {
    const file: File = {
      layers: [{ units: 1 }, { weights: [[1]], biases: [0], activation: 'softmax' }],
      loss: 'crossEntropy',
      data: { inputs: [[1], [-1]], targets: [[1], [1]] },
      training: gd(0.3),
    };
    const { network, data } = parsed(file);
    const zeros = { ...data, training: { ...data.training, targets: Float64Array.of(1, 0) } };
    const seen = (set: Dataset): Finding | undefined =>
      runToEnd(
        diagnosing(
          network,
          set,
          toolsOf(({ network: { layers } }) => ({
            theta: layers[1]?.activation.type === 'sigmoid' ? [50, 0] : [1, 0],
          })),
          10,
          CAUSES.filter(({ code }) => code === 'constant-output'),
        ),
      ).findings[0];
    expect(seen(zeros)).toMatchObject({
      layer: 2,
      units: [1],
      message:
        'The output is softmax of a single unit, which is 1 whatever its z: ∂a/∂z is 0, and no weight can learn. Use sigmoid for one output.',
      evidence: { output: 1, derivative: 0 },
    });
    expect(seen(data)?.severity).toBe('note');
  });

  it('zero-gradient says whose, and why', () => {
    const all = hidden([0, 0], [0, 0]);
    expect(found('zero-gradient', all, staying(all, [0.1, 0.1, 10, 10]))).toMatchObject({
      severity: 'severe',
      layer: 1,
      message:
        'Every ∂J/∂θ is exactly 0, before and after 10 epochs of training, although J = 4: all weights θ⁽¹⁾ are 0.',
      evidence: { gradientNorm: 0, by: 'all weights θ⁽¹⁾ are 0', loss: 4 },
      remedy: drawnAnew,
    });
    // tanh′ is not 0: only the first layer's gradient is stopped, by θ⁽²⁾ = 0.
    const first = hidden([1, 2], [0, 0]);
    const finding = found('zero-gradient', first, staying(first, [0.1, 0.1, 10, 10]));
    expect(finding?.message).toBe(
      '∂J/∂θ⁽¹⁾ is exactly 0, before and after 10 epochs of training, although J = 4: all weights θ⁽²⁾ are 0.',
    );
    // ∂J/∂w⁽²⁾ = −mean(y tanh(w x)).
    const [p, q] = [1, 2].map((w) => [1, 2, -1].reduce((sum, x) => sum + (2 * x * Math.tanh(w * x)) / 3, 0));
    expect(finding?.evidence.gradientNorm).toEqual(near(Math.hypot(p ?? NaN, q ?? NaN)));
    const idle = { ...hidden([-1, -2], [1, 1], 'relu'), data: { inputs: [[1], [2]], targets: [[2], [4]] } };
    expect(found('zero-gradient', idle, staying(idle, [1, 1, 1, 1]))?.message).toContain(
      ': all units of layer 2 are idle on every row.',
    );
    const nowhere = { ...hidden([1, 1], [1, 1]), data: { inputs: [[0], [0]], targets: [[2], [4]] } };
    expect(found('zero-gradient', nowhere, staying(nowhere, [1, 1, 1, 1]))?.message).toContain(': all inputs are 0.');
    expect(found('zero-gradient', first, () => ({ theta: [1, 2, 0.1, 0] }))).toBeUndefined();
  });

  it('identical-units says which', () => {
    const file = hidden([0.5, 0.2, 0.5], [0.1, 0.3, 0.1]);
    const finding = found('identical-units', file, staying(file, [0.1, 0.1, 0.1, 7, 7, 7]));
    expect(finding).toMatchObject({
      severity: 'severe',
      layer: 2,
      units: [1, 3],
      message:
        '2 of 3 units of layer 2 have equal weights and equal gradients, so they stay equal: together they do what one unit does.',
      evidence: { equalUnits: 2, units: 3 },
      remedy: drawnAnew,
    });
    expect(found('identical-units', file, staying(file, [...parsed(file).network.theta]))).toMatchObject({
      severity: 'warning',
      remedy: null,
    });
    const all = hidden([0.5, 0.5], [0.1, 0.1]);
    const everyOne = found('identical-units', all, staying(all, [...parsed(all).network.theta]));
    expect(everyOne?.severity).toBe('severe');
    expect(everyOne?.message).toMatch(/^Both units of layer 2 have equal weights/);
    const three = hidden([0.5, 0.5, 0.5], [0.1, 0.1, 0.1]);
    const staysSo = found('identical-units', three, staying(three, [...parsed(three).network.theta]));
    expect(staysSo?.message).toMatch(/^All 3 units of layer 2 have equal weights/);
    // Equal to a billionth, and where training parts them.
    const nearly = hidden([0.5, 0.5 * (1 + 1e-10)], [0.1, 0.1]);
    expect(found('identical-units', nearly, staying(nearly, [1, 1, 1, 1]))?.units).toEqual([1, 2]);
    const apart = hidden([0.5, 0.5 * (1 + 1e-8)], [0.1, 0.1]);
    expect(found('identical-units', apart, staying(apart, [1, 1, 1, 1]))).toBeUndefined();
    expect(found('identical-units', all, () => ({ theta: [0.5, 0.6, 0.1, 0.1] }))).toBeUndefined();
  });

  it('dead-units counts them at the start and at the end', () => {
    const file = {
      ...hidden([-1, -1, 1, 1], [1, 1, 0.1, 0.1], 'relu'),
      data: { inputs: [[1], [2]], targets: [[2], [4]] },
    };
    const finding = found('dead-units', file, staying(file, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]));
    expect(finding).toMatchObject({
      layer: 2,
      units: [1, 2],
      message:
        '2 of 4 relu units of layer 2 give 0 for all 2 rows before any step and after training: no gradient reaches their weights.',
      evidence: { dead: 2, units: 4, deadAtStart: 2, deadAtEnd: 2 },
      remedy: { message: drawnAnew.message },
    });
    const died = found('dead-units', file, ({ network: { theta } }) => ({
      theta: theta[0] === -1 ? [-1, -1, -1, 1, 1, 1, 0.1, 0.1] : [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5],
    }));
    expect(died).toMatchObject({ units: [1, 2], evidence: { deadAtStart: 2, deadAtEnd: 3 } });
    const late = { ...file, layers: hidden([1, 1, 1, 1], [0.1, 0.1, 0.1, 0.1], 'relu').layers };
    expect(
      found('dead-units', late, ({ network: { theta } }) => ({
        theta: theta[4] === 0.1 ? [-1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1] : [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5],
      }))?.message,
    ).toMatch(/^1 of 4 relu units of layer 2 give 0 for all 2 rows after 10 epochs: /);
  });

  it('saturated-units says how much of the layer is', () => {
    const file = hidden([50, 60, 0.1], [0.1, 0.1, 0.1]);
    const finding = found('saturated-units', file, staying(file, [0.1, 0.1, 0.1, 7, 7, 7]));
    // Two of three units on every row is less than 70 %.
    expect(finding).toBeUndefined();
    const most = hidden([50, 60, -70, 0.1], [0.1, 0.1, 0.1, 0.1]);
    expect(found('saturated-units', most, staying(most, [0.1, 0.1, 0.1, 0.1, 5, 5, 5, 5]))).toMatchObject({
      severity: 'severe',
      layer: 2,
      units: [1, 2, 3],
      message:
        '75 % of the outputs of layer 2 are saturated before any step, those of 3 of 4 units on every row (tanh is flat there): hardly any gradient passes. The weights or inputs are too large.',
      evidence: { saturatedShare: 0.75, saturatedUnits: 3 },
      remedy: drawnAnew,
    });
  });

  it('exploding-gradient says how far off weights that are too large begin', () => {
    const file = hidden([1000, 1000], [1000, 1000], 'identity');
    const finding = found('exploding-gradient', file, staying(file, [1, 1, 1, 0.9]));
    expect(finding?.message).toMatch(
      /^The weights are so large that J starts at 4e12, where one output for all rows gives 3\.111: the gradients explode on their way back\.$/,
    );
    expect(finding).toMatchObject({ severity: 'severe', layer: 1, remedy: drawnAnew });
    expect(found('exploding-gradient', file, staying(file, [1000, 1000, 1000, 1000]))).toBeUndefined();
  });
});

describe('the gradient on its way back', () => {
  // ∂J/∂w of v·w·u x is (v w u − 2) 2 times the two others: that of the first, beside the last, is u/w.
  const deep = (w: number, v: number, u: number): File => ({
    ...line(gd(0.3)),
    layers: [{ units: 1 }, ...[w, v, u].map((weight) => ({ weights: [[weight]], biases: false }))],
  });
  const typesOf = ({ network: { layers } }: Start): string => layers.map(({ activation: { type } }) => type).join(' ');
  const isAdam = ({ network }: Start): boolean => network.training.optimizer.type === 'adam';
  /** Where the run stays as it is, and a change that is wanted makes J = 0.01, or leaves at most a third of it. */
  const seen = (code: CauseCode, [w, v, u]: readonly [number, number, number], wanted: (start: Start) => boolean) =>
    found(code, deep(w, v, u), (start) => {
      const { type } = start.network.layers[1]?.activation ?? {};
      return { theta: wanted(start) ? (type === 'tanh' ? [0.01, 1, 190] : [1, 1, 1.9]) : [w, v, u], loss: [4] };
    });

  it('vanishes: by how much, and where most', () => {
    const finding = seen(
      'vanishing-gradient',
      [1, 1, 1e-3],
      (start) => typesOf(start) === 'identity relu relu identity',
    );
    expect(finding).toMatchObject({
      layer: 2,
      units: [],
      message:
        'The gradient vanishes on its way back: a typical ∂J/∂θ⁽¹⁾ is 0.001 of the last layer’s before any step, so the first layers hardly learn. It falls most from θ⁽³⁾ to θ⁽²⁾, by a factor of 0.001.',
      evidence: { firstToLast: near(1e-3), layers: 3 },
    });
    expect(seen('vanishing-gradient', [1, 1e-4, 1e-3], () => false)).toMatchObject({ layer: 1, remedy: null });
    // Faint is a sign where a change helps, and only where the network learns poorly.
    expect(seen('vanishing-gradient', [1, 1, 3e-3], () => false)).toBeUndefined();
    expect(seen('vanishing-gradient', [1, 1, 3e-3], isAdam)?.severity).toBe('severe');
    expect(seen('vanishing-gradient', [1, 1, 2e-2], isAdam)).toBeUndefined();
  });

  it.each<readonly [string, (start: Start) => boolean, readonly string[]]>([
    [
      'Use tanh in the hidden layers, with random weights.',
      (start) => typesOf(start) === 'identity tanh tanh identity',
      ['activation', 'activation', 'initialWeights', 'initialWeights'],
    ],
    [
      'Use tanh in the hidden layers, with random weights, and adam.',
      (start) => typesOf(start) === 'identity tanh tanh identity' && isAdam(start),
      ['activation', 'activation', 'initialWeights', 'initialWeights', 'optimizer'],
    ],
    [
      'Use adam, which takes no smaller steps where the gradient is small.',
      (start) => typesOf(start) === 'identity identity identity identity' && isAdam(start),
      ['optimizer'],
    ],
  ])('%s', (message, wanted, keys) => {
    const remedy = seen('vanishing-gradient', [1, 1, 1e-3], wanted)?.remedy;
    expect(remedy?.message).toBe(message);
    expect(remedy?.changes.map(({ key }) => key)).toEqual(keys);
  });

  it('explodes: by how much, and where most', () => {
    const finding = seen('exploding-gradient', [1e-3, 1, 2], ({ network: { theta } }) => theta[0] !== 1e-3);
    expect(finding).toMatchObject({
      severity: 'severe',
      layer: 1,
      message:
        'The gradient explodes on its way back: a typical ∂J/∂θ⁽¹⁾ is 2000 times the last layer’s before any step. It grows most from θ⁽²⁾ to θ⁽¹⁾, by a factor of 1000.',
      evidence: { firstToLast: near(2000), lossAtStart: near(1.998 ** 2), lossOfConstant: near(28 / 9) },
    });
    expect(seen('exploding-gradient', [1e-3, 1, 0.9], ({ network: { theta } }) => theta[0] !== 1e-3)).toBeUndefined();
    expect(seen('exploding-gradient', [1e-3, 1, 2], () => false)).toBeUndefined();
  });

  it('is saturated on most rows, though no unit is on every row', () => {
    const file = {
      ...line(gd(0.3)),
      layers: [
        { units: 1 },
        { weights: [[50], [60]], biases: false, activation: 'tanh' },
        { weights: [[0.1, 0.1]], biases: false },
      ],
      data: { inputs: [[1], [2], [-1], [0]], targets: [[2], [4], [-2], [0]] },
    };
    const finding = found('saturated-units', file, () => ({ theta: [50, 60, 0.1, 0.1] }));
    expect(finding).toMatchObject({ severity: 'warning', units: [], remedy: null });
    expect(finding?.message).toBe(
      '75 % of the outputs of layer 2 are saturated before any step (tanh is flat there): hardly any gradient passes. The weights or inputs are too large.',
    );
  });
});
