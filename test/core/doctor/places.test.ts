/** What the causes say that are seen where training ends, or in the size of the network. */

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/doctor';
import type { File } from './generated';
import { type Ending, type Start, at, found, gd, line, near } from './scripted';

describe('noisy-gradient', () => {
  const rows = <T>(values: readonly T[]): T[] => [0, 1, 2, 3].flatMap(() => values);
  const seen = (loss: readonly number[], mended: (batchSize: number | 'full') => number, batchSize = 1) =>
    found(
      'noisy-gradient',
      { ...line({ ...gd(0.3), batchSize }), data: { inputs: rows([[1], [2], [-1]]), targets: rows([[2], [4], [-2]]) } },
      ({ network: { training } }) => ({
        theta: at(training.batchSize === batchSize ? (loss.at(-1) ?? NaN) : mended(training.batchSize)),
        loss,
      }),
    );
  const restless = [4, 3, 2, 3, 2, 2, 2, 2.2, 2];

  it('says how far J goes up and down, and how many rows a step settle it', () => {
    const wobble = (0.1 + 1 - 1 / 1.1) / 2;
    expect(seen(restless, () => 0.01)).toEqual({
      code: 'noisy-gradient',
      severity: 'severe',
      message:
        'The gradient of 1 row is too noisy for this learning rate: in the last third of the run J goes up and down by 9.545 % from epoch to epoch and does not settle.',
      evidence: { batchSize: 1, rows: 12, wobble: near(wobble) },
      remedy: {
        message: 'Take 8 rows a step.',
        changes: [{ key: 'batchSize', value: 8 }],
        lossBefore: near(2),
        lossAfter: near(0.01),
        epochs: 10,
      },
    });
    expect(seen(restless, (size) => (size === 'full' ? 0.01 : 2), 2)?.remedy).toMatchObject({
      message: 'Take all rows in each step.',
      changes: [{ key: 'batchSize', value: 'full' }],
    });
  });

  it('takes what leaves 15 % less where J is restless', () => {
    expect(seen(restless, () => 1.6)?.remedy).toMatchObject({ changes: [{ value: 'full' }], lossBefore: near(2) });
    expect(seen(restless, () => 1.75)).toBeUndefined();
    const calmer = [4, 3, 2, 3, 2, 2, 2, 2.06, 2];
    expect(seen(calmer, () => 1.6)).toBeUndefined();
    expect(seen(calmer, () => 0.9)?.evidence.batchSize).toBe(1);
  });

  it('is not said of a J that only falls, that is calm, or of all rows', () => {
    expect(seen([4, 3, 2.8, 2.7, 2.6, 2.5, 2.4, 2.2, 2], () => 0.01)).toBeUndefined();
    expect(seen([4, 3, 2, 3, 2, 2, 2, 2.01, 2], () => 0.01)).toBeUndefined();
    expect(seen(restless, () => 0.01, 12)).toBeUndefined();
  });
});

describe('where training ends', () => {
  it('penalty-dominates says both J', () => {
    const file = { ...line(gd(0.3)), regularization: { l1: 0, l2: 4 } };
    const finding = found('penalty-dominates', file, ({ network: { regularization } }) => ({
      theta: at(regularization.l2 === 4 ? 2 : 0.04),
    }));
    const w = 2 - Math.sqrt(2);
    expect(finding).toEqual({
      code: 'penalty-dominates',
      severity: 'severe',
      message:
        'The penalty decides: with λ₁ = 0 and λ₂ = 4 the loss of the rows stays at 2; with a weaker one it goes to 0.04.',
      evidence: {
        l1: 0,
        l2: 4,
        penalty: near(2 * w * w),
        loss: near(2 + 2 * w * w),
        lossOfRows: near(2),
        learningRate: 0.3,
      },
      remedy: expect.objectContaining({
        message: 'Make the penalty a hundred times weaker.',
        changes: [{ key: 'regularization', l1: 0, l2: 0.04 }],
      }) as unknown,
    });
    const l1 = { ...line(gd(0.3)), regularization: { l1: 3, l2: 0 } };
    const without = found('penalty-dominates', l1, ({ network: { regularization } }) => ({
      theta: at(regularization.l1 === 0 ? 0.04 : 2),
    }));
    expect(without?.remedy?.message).toBe('Leave the penalty out.');
    expect(found('penalty-dominates', line(gd(0.3)), () => ({ theta: at(2) }))).toBeUndefined();
  });

  /** J = mean ½ (v w x − y)² with the line's rows: a saddle at v = w = 0. */
  const product = (training = gd(0.3)): File => ({
    ...line(training),
    layers: [{ units: 1 }, { weights: [[0.5]], biases: false }, { weights: [[0.5]], biases: false }],
  });

  it('saddle says what bends, and what leads out of it', () => {
    // H = [[0, −4], [−4, 0]] there, and J = 4 where it began at (2 − ¼)² = 3.06.
    const drawn = found('saddle', product(), ({ network }) => ({
      theta: network.theta.includes(0.5) && network.training.optimizer.type === 'gd' ? [0, 0] : [1, 1.9],
    }));
    expect(drawn).toMatchObject({
      severity: 'severe',
      message:
        'Training ends on a saddle: ‖∇J‖₂ = 0, and J bends down in a direction (λ_min = −4, λ_max = 4). There is a way down, but hardly a gradient that leads to it.',
      evidence: { gradientNorm: 0, lambdaMin: near(-4), lambdaMax: near(4), lossBeyond: near(0.01) },
      remedy: {
        message: 'Leave "weights" and "biases" out, so that "init" draws the weights at random.',
        changes: [
          { key: 'initialWeights', layer: 2 },
          { key: 'initialWeights', layer: 3 },
        ],
      },
    });
    const adam = found('saddle', product(gd(0.2)), ({ network: { training } }) => ({
      theta: training.optimizer.type === 'adam' ? [1, 1.9] : [0, 0],
    }));
    expect(adam?.remedy).toMatchObject({
      message: 'Use adam with a learning rate of 0.2.',
      changes: [{ key: 'optimizer', type: 'adam', learningRate: 0.2 }],
    });
    expect(found('saddle', product(), () => ({ theta: [1, 1] }))).toBeUndefined();
  });

  it('minimum-reached says so where J bends down in no direction', () => {
    // A bias beside w: the best of y = x² is a minimum with J > 0.
    const file = { ...line(gd(0.3)), data: { inputs: [[1], [2], [-1]], targets: [[1], [4], [1]] } };
    // w = Σ xy/Σ x² = 8/6; J = ½ (Σ y² − w Σ xy)/3 = ½ (18 − 32/3)/3, and H = 2.
    const finding = found('minimum-reached', file, () => ({ theta: [4 / 3] }));
    expect(finding).toMatchObject({
      severity: 'note',
      evidence: { lambdaMin: near(2), lambdaMax: near(2), loss: near(11 / 9) },
      remedy: null,
    });
    expect(finding?.message).toMatch(
      /^This is a minimum: ‖∇J‖₂ = \S+, and J bends down in no direction \(λ_min = 2\)\. From here, J = 1\.222 is as good as it gets\.$/,
    );
    expect(found('minimum-reached', file, () => ({ theta: [1.35] }))).toBeUndefined();
    // ∂J/∂w = 2 (w − 4/3) may be 1e-4 of λ_max.
    expect(found('minimum-reached', file, () => ({ theta: [4 / 3 + 0.9e-4] }))).toBeDefined();
    expect(found('minimum-reached', file, () => ({ theta: [4 / 3 + 1.1e-4] }))).toBeUndefined();
    // Nothing is left at J = 0.
    expect(found('minimum-reached', line(gd(0.3)), () => ({ theta: [2] }))).toBeUndefined();
  });

  it('local-minimum counts the seeds that it tried', () => {
    const tried: number[] = [];
    const ends =
      (rest: readonly number[]) =>
      ({ network }: Start): Ending => {
        tried.push(network.seed);
        return { theta: [1, network.seed === 6 ? 1.9 : 2 - Math.sqrt(2)], loss: rest };
      };
    const resting = [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2];
    const finding = found('local-minimum', { ...product(), seed: 3 }, ends(resting));
    expect(tried).toEqual([3, 4, 5, 6]);
    expect(finding).toEqual({
      code: 'local-minimum',
      severity: 'severe',
      message:
        'Training comes to rest at J = 2, far above what the same network reaches from other initial weights: 0.01 with seed 6 (3 seeds tried).',
      // ∂J/∂w = 2 (vw − 2) v of both.
      evidence: {
        loss: near(2),
        bestLoss: near(0.01),
        seed: 6,
        seedsTried: 3,
        gradientNorm: near(2 * Math.SQRT2 * Math.hypot(1, 2 - Math.SQRT2)),
      },
      remedy: {
        message: 'Start from other weights: "seed": 6. More hidden units make such places rarer.',
        changes: [{ key: 'seed', value: 6 }],
        lossBefore: near(2),
        lossAfter: near(0.01),
        epochs: 10,
      },
    });
    expect(found('local-minimum', { ...product(), seed: 3 }, ends([4, 3, 3, 3, 3, 3, 3, 3, 2.1, 2, 2]))).toBe(
      undefined,
    );
    expect(found('local-minimum', { ...product(), seed: 20 }, ends(resting))).toBeUndefined();
    expect(tried.filter((seed) => seed > 20)).toEqual(Array.from({ length: 16 }, (_, k) => 21 + k));
  });

  it('overfitting says since when', () => {
    const held = (validationLoss: readonly number[], loss = [4, 3, 2, 1, 0.5]): Finding | undefined =>
      found('overfitting', line(gd(0.3)), () => ({ theta: at(0.5), loss, validationLoss }));
    expect(held([5, 4, 3, 3.2, 3.6])).toEqual({
      code: 'overfitting',
      severity: 'warning',
      message:
        'The network learns the training rows by heart: since epoch 2 the loss of the held-out rows rises from 3 to 3.6, while J falls from 2 to 0.5.',
      evidence: { sinceEpoch: 2, bestValidationLoss: 3, validationLoss: 3.6, loss: 0.5 },
      remedy: {
        message: 'Stop after 2 epochs ("stop": { "patience": … }), or add an l2 penalty, or more rows.',
        changes: [{ key: 'epochs', value: 2 }],
        lossBefore: 3.6,
        lossAfter: 3,
        ofHeldOut: true,
        epochs: 2,
      },
    });
    // More than half as much again, and more than one output for all rows leaves.
    expect(held([5, 4, 3, 3.2, 4.6])?.severity).toBe('severe');
    expect(held([5, 4, 3, 3.2, 4.4])?.severity).toBe('warning');
    expect(held([5, 1, 1.5, 1.8, 3])?.severity).toBe('warning');
    expect(held([5, 4, 3, 3.2, 3.25])).toBeUndefined();
    expect(held([5, 4, 1, 1.1, 1.14])).toBeUndefined();
    expect(held([5, 4, 3, 2.9, 2.8])).toBeUndefined();
    expect(held([5, 4, 3, 3.2, 3.6], [4, 3, 0.5, 0.5, 0.5])).toBeUndefined();
    expect(held([3, 3.6], [4, 0.5])).toBeUndefined();
    expect(held([3, 4, 4, 4, 4])?.remedy).toMatchObject({ changes: [{ key: 'epochs', value: 1 }], epochs: 0 });
  });
});

describe('too-little-capacity', () => {
  // y = x² over x = −1, 0, 1: the best line is y = 2/3, with J = ½ (1/9 + 4/9 + 1/9)/3.
  const square: File = {
    layers: [{ units: 1 }, { weights: [[0]], biases: [0] }],
    data: { inputs: [[-1], [0], [1]], targets: [[1], [0], [1]] },
    training: gd(0.3),
  };

  it('says what a line reaches, and what a hidden layer does', () => {
    // Eight tanh units of w = ±20, b = ∓10: a step at ±½ each.
    const steps = [...Array.from({ length: 8 }, (_, k) => (k % 2 === 0 ? 20 : -20)), ...new Array<number>(8).fill(-10)];
    const wanted = [...steps, ...new Array<number>(8).fill(1 / 8), 1];
    const finding = found('too-little-capacity', square, ({ network: { layers } }) => ({
      theta: layers.length > 2 ? wanted : [0, 2 / 3],
    }));
    expect(finding).toMatchObject({
      severity: 'severe',
      evidence: { bestLinearLoss: near(1 / 9), lossWithHiddenLayer: expect.closeTo(0, 6) as unknown },
      remedy: {
        message: 'Add a hidden layer of 8 tanh units.',
        changes: [{ key: 'hiddenLayer', units: 8, activation: 'tanh' }],
      },
    });
    expect(finding?.message).toMatch(
      /^The network has no hidden layer, so that it can only draw a straight line \(plane\): over these 3 rows the best it reaches is J = 0\.1111\. With a hidden layer J goes to \S+\.$/,
    );
    const idle = [...steps, ...new Array<number>(9).fill(0)];
    const slower = found('too-little-capacity', square, ({ network: { layers, training } }) => {
      if (layers.length === 2) return { theta: [0, 2 / 3] };
      return { theta: training.optimizer.type === 'adam' ? wanted : idle };
    });
    expect(slower?.remedy).toMatchObject({
      message: 'Add a hidden layer of 8 tanh units, and train with adam for 1000 epochs.',
      epochs: 1000,
    });
    // Where a line at its best does much better than the file's own training, units are not what is missing.
    expect(
      found(
        'too-little-capacity',
        { ...square, data: { inputs: [[-1], [0], [1]], targets: [[-1], [0], [1]] } },
        (start) => ({
          theta: start.network.training.optimizer.type === 'lbfgs' ? [1, 0] : [0, 0],
        }),
      ),
    ).toBeUndefined();
  });
});
