/** What the causes say that stand in the data, their scales, or the output. */

import { describe, expect, it } from 'vitest';
import type { File } from './generated';
import { type Start, CONSTANT, found, gd, line, near, rateOf } from './scripted';

describe('the data', () => {
  it('contradicting-rows says what they cost', () => {
    const rows = (last: number): File => ({
      ...line(gd(0.3)),
      data: { inputs: [[1], [2], [1], [1]], targets: [[0], [last], [3], [3]] },
    });
    // Rows 1, 3 and 4: y = 0, 3, 3 about 2 is ½ 6 of four rows. All: about 9/4 (of 3) and 17/4 (of 11).
    const finding = found('contradicting-rows', rows(3), () => ({ theta: [2] }));
    expect(finding).toEqual({
      code: 'contradicting-rows',
      severity: 'severe',
      rows: [1, 3, 4],
      message:
        '3 rows of 4 contradict each other: equal inputs with different targets. No network can bring J below 0.75; one output for all rows gives 0.8438.',
      evidence: { rows: 3, floor: near(0.75), constant: near(27 / 32) },
      remedy: null,
    });
    expect(found('contradicting-rows', rows(11), () => ({ theta: [2] }))?.severity).toBe('warning');
    expect(found('contradicting-rows', line(gd(0.3)), () => ({ theta: [2] }))).toBeUndefined();
  });

  const sigmoid = (targets: readonly number[], bias = 0): File => ({
    layers: [{ units: 1 }, { weights: [[0]], biases: [bias], activation: 'sigmoid' }],
    loss: 'binaryCrossEntropy',
    data: { inputs: targets.map((_, s) => [s]), targets: targets.map((y) => [y]) },
    training: gd(0.3),
  });

  it('loss-floor is the entropy of the targets', () => {
    const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
    const finding = found('loss-floor', sigmoid([0.25, 0.75]), () => ({ theta: [0, 0] }));
    expect(finding).toEqual({
      code: 'loss-floor',
      severity: 'note',
      message:
        'The targets lie between 0 and 1: their entropy is 0.5623, and J cannot fall below it. It is 0.6931 after training, 0.1308 above.',
      evidence: { floor: near(entropy), loss: near(Math.LN2) },
      remedy: null,
    });
    expect(found('loss-floor', sigmoid([0, 1]), () => ({ theta: [0, 0] }))).toBeUndefined();
  });

  it('class-imbalance counts both classes, and how many of the rare one are found', () => {
    const rare = (count: number, of: number): number[] => Array.from({ length: of }, (_, s) => (s < count ? 1 : 0));
    const seen = (count: number, of: number, bias: number) =>
      found('class-imbalance', sigmoid(rare(count, of)), () => ({ theta: [0, bias] }));
    expect(seen(2, 18, -1)).toEqual({
      code: 'class-imbalance',
      severity: 'warning',
      message:
        'Class 2 has 2 rows and the largest class 16: a network that always says the largest is right in 88.9 % of the rows. Of the rare class, 0 % are found.',
      evidence: { smallestClass: 2, largestClass: 16, ratio: 8, recall: 0 },
      remedy: null,
    });
    expect(seen(2, 18, 1)).toMatchObject({ severity: 'note', evidence: { recall: 1 } });
    expect(seen(2, 17, -1)).toBeUndefined();
    expect(seen(0, 18, -1)).toBeUndefined();
    expect(seen(1, 9, -1)).toBeUndefined();
    expect(seen(1, 10, -1)?.message).toContain('Class 2 has 1 row and the largest class 9');
  });
});

describe('scales', () => {
  it('of the inputs: rows x = 10, 20, −10', () => {
    const file = { ...line(gd(1e-4)), data: { inputs: [[10], [20], [-10]], targets: [[2], [4], [-2]] } };
    const isScaled = ({ data }: Start): boolean => data.training.inputs[0] !== 10;
    // Without a bias the mean of y, 4/3, is left: J = ½ 16/9.
    const best = Math.sqrt(56 / 9);
    const finding = found('unscaled-inputs', file, (start) => ({
      theta: isScaled(start) ? [best] : [(2 - Math.sqrt(2.5)) / 10],
    }));
    // Of [[200, 20/3], [20/3, 1]].
    const root = Math.hypot(199, 40 / 3);
    expect(finding).toEqual({
      code: 'unscaled-inputs',
      severity: 'severe',
      layer: 1,
      message:
        'The inputs are not scaled: their root mean squares go from 14.14 to 14.14. Their condition number is 257.7; standardized, it is 1.',
      evidence: {
        smallestSize: near(Math.sqrt(200)),
        largestSize: near(Math.sqrt(200)),
        conditionNumber: expect.closeTo((201 + root) / (201 - root), 6) as unknown,
        conditionNumberStandardized: near(1),
      },
      remedy: {
        message: 'Standardize the inputs: "standardize": true in "data".',
        changes: [{ key: 'standardize' }],
        lossBefore: near(2.5),
        lossAfter: near(8 / 9),
        epochs: 10,
      },
    });
    // Scaled inputs bear larger steps; but where larger steps do alone, the inputs are not the cause.
    const withSteps = (alone: boolean) =>
      found('unscaled-inputs', file, (start) => {
        const mended = rateOf(start) === 1e-2;
        if (isScaled(start)) return { theta: [mended ? best : 0] };
        return { theta: [mended && alone ? 0.2 : (2 - Math.sqrt(2.5)) / 10] };
      });
    expect(withSteps(false)?.remedy).toMatchObject({
      message: 'Standardize the inputs: "standardize": true in "data". Set the learning rate to 0.01.',
      changes: [{ key: 'standardize' }, { key: 'learningRate', value: 0.01 }],
    });
    expect(withSteps(true)).toBeUndefined();
  });

  it.each([
    [[1, 2, -1], false],
    [[5, 5.5, -3], false],
    [[6, 6, -3], true],
    // Far from 0 beside their deviation, or small.
    [[1, 1.2, 0.8], true],
    [[1, 1.4, 0.6], false],
    [[0.01, 0.01, -0.01], true],
    [[0.02, 0.02, -0.02], false],
  ])('inputs %j are unscaled: %s', (x, isFound) => {
    const file = { ...line(gd(1e-4)), data: { inputs: x.map((value) => [value]), targets: [[2], [4], [-2]] } };
    const finding = found('unscaled-inputs', file, ({ data }) => {
      const { inputs, targets } = data.training;
      const [along, square] = [0, 1, 2].reduce(
        ([a, s], k) => [a + (inputs[k] ?? NaN) * (targets[k] ?? NaN), s + (inputs[k] ?? NaN) ** 2],
        [0, 0],
      );
      // The best of the scaled, and four times the best constant's J of the others.
      return { theta: [inputs[0] === x[0] ? along / square + Math.sqrt((8 * 3 * CONSTANT) / square) : along / square] };
    });
    expect(finding !== undefined).toBe(isFound);
  });

  it('of the targets: y = 20, 40, −20', () => {
    const file = { ...line(gd(1e-4)), data: { inputs: [[1], [2], [-1]], targets: [[20], [40], [-20]] } };
    // Scaled to mean 0 and deviation 1, their best line through 0 leaves 1 − 7/9 of the half variance, 2800/9.
    const slope = Math.sqrt(14) / 6;
    const after = (2800 / 9) * (2 / 9);
    const finding = found('unscaled-targets', file, ({ data }) => ({
      theta: [data.training.targets[0] === 20 ? 20 - Math.sqrt(200) : slope],
    }));
    expect(finding).toEqual({
      code: 'unscaled-targets',
      severity: 'severe',
      layer: 2,
      message:
        'The targets are not scaled: their root mean squares go from 28.28 to 28.28. With scaled targets alone, J ends at 69.14 in place of 200, in the file’s units.',
      evidence: { smallestSize: near(Math.sqrt(800)), largestSize: near(Math.sqrt(800)), lossScaled: near(after) },
      remedy: {
        message: 'Scale the targets to mean 0 and standard deviation 1, and scale the outputs back.',
        changes: [{ key: 'scaleTargets' }],
        lossBefore: near(200),
        lossAfter: near(after),
        epochs: 10,
      },
    });
    expect(found('unscaled-targets', line(gd(1e-4)), () => ({ theta: [0] }))).toBeUndefined();
  });
});

describe('the output', () => {
  const bounded = (targets: readonly number[], activation = 'sigmoid', training = gd(0.3)): File => ({
    layers: [{ units: 1 }, { weights: [[1]], biases: [0], activation }],
    data: { inputs: targets.map((_, s) => [s]), targets: targets.map((y) => [y]) },
    training,
  });

  it('targets-out-of-range says which, and what they cost at least', () => {
    const isFree = ({ network }: Start): boolean => network.layers.at(-1)?.activation.type === 'identity';
    const finding = found('targets-out-of-range', bounded([0, 1, 2, 3]), (start) => ({
      theta: isFree(start) ? [1, 0] : [50, -25],
    }));
    // y = 2 and 3 at best meet 1: ½ (1 + 4) of four rows.
    expect(finding).toMatchObject({
      severity: 'severe',
      layer: 2,
      message: '2 of 4 targets (2 to 3) are outside of what sigmoid can give (0 to 1): J cannot fall below 0.625.',
      evidence: { outside: 2, targets: 4, smallest: 2, largest: 3, leastLoss: 0.625 },
      remedy: {
        message: 'Use identity for the output.',
        changes: [{ key: 'activation', layer: 2, value: 'identity' }],
      },
    });
    const slower = found('targets-out-of-range', bounded([0, 1, 2, 3]), (start) => ({
      theta: isFree(start) && rateOf(start) === 0.003 ? [1, 0] : [50, -25],
    }));
    expect(slower?.remedy).toMatchObject({
      message: 'Use identity for the output, and a learning rate of 0.003.',
      changes: [
        { key: 'activation', layer: 2, value: 'identity' },
        { key: 'learningRate', value: 0.003 },
      ],
    });
    expect(found('targets-out-of-range', bounded([0, 1, 1, 0]), () => ({ theta: [1, 0] }))).toBeUndefined();
  });

  it.each([
    ['relu', [-3, 1, 2, 3], 'at least 0'],
    ['tanh', [-3, 1, 0, 0.5], '−1 to 1'],
  ])('says the range of %s', (activation, targets, range) => {
    const finding = found('targets-out-of-range', bounded(targets, activation), () => ({ theta: [1, 0] }));
    expect(finding?.message).toContain(`are outside of what ${activation} can give (${range})`);
  });

  it('loss-mismatch says how many outputs are saturated on the wrong side', () => {
    const isCrossed = ({ network }: Start): boolean => network.loss.type === 'binaryCrossEntropy';
    const seen = (weights: readonly number[], y: readonly number[] = [0, 1, 0, 1, 1]) =>
      found(
        'loss-mismatch',
        {
          ...bounded(y),
          layers: [{ units: 1 }, { weights: [[weights[0]]], biases: [weights[1]], activation: 'sigmoid' }],
        },
        (start) => ({ theta: isCrossed(start) ? [200, -700] : [-10, 0] }),
      );
    // z = 5 − 10 s at the start: a ≈ 1, 0, 0, 0, 0 for y = 0, 1, 0, 1, 1. With the cross-entropy J = ½ · 1/5 is left.
    expect(seen([-10, 5], [0, 0, 0, 0, 1])).toBeDefined();
    const finding = seen([-10, 5], [0, 1, 0, 0, 1]);
    expect(finding?.message).toMatch(
      /^60 % of the outputs are wrong and saturated before any step: there mse has next to no gradient \(a \(1 − a\) < 0\.02\), where that of binaryCrossEntropy is a − y\. J goes from 0\.\d+ to 0\.\d+\.$/,
    );
    expect(finding).toMatchObject({
      layer: 2,
      evidence: { saturatedWrong: 0.6 },
      remedy: {
        message: 'Use binaryCrossEntropy as the loss.',
        changes: [{ key: 'loss', value: 'binaryCrossEntropy' }],
      },
    });
    // Saturated, but right; and wrong, but not saturated.
    expect(seen([20, -70], [0, 0, 0, 0, 1])).toBeUndefined();
    expect(seen([-1, 2], [0, 0, 0, 0, 1])).toBeUndefined();
  });
});
