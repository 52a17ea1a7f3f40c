/** What the causes that stand in the steps say, and from where on. */

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/doctor';
import type { File } from './generated';
import { type Ending, type Start, at, found, gd, line, near, rateOf } from './scripted';

describe('step-too-large', () => {
  /** The file's own run has these J; at a tenth of its rate or less J ends at `mended`. */
  const seen = (rate: number, loss: readonly number[], mended = 0.01, optimizer = 'gd'): Finding | undefined =>
    found('step-too-large', line({ optimizer: { type: optimizer, learningRate: rate }, epochs: 10 }), (start) => ({
      theta: at(rateOf(start) < rate ? mended : (loss.at(-1) ?? NaN)),
      loss,
    }));

  it('says all signs there are, with their numbers, and the largest rate that mends it', () => {
    expect(seen(1.5, [4, 10, 3, 10, 9])).toEqual({
      code: 'step-too-large',
      severity: 'severe',
      message:
        'The learning rate 1.5 is too large: the largest stable learning rate at the start is 2/λ_max = 1, and J jumps to 10, and J rises in 50 % of the epochs.',
      evidence: {
        learningRate: 1.5,
        lambdaMax: near(2),
        largestStableLearningRate: near(1),
        risingShare: 0.5,
        largestLoss: 10,
      },
      remedy: {
        message: 'Set the learning rate to 0.15.',
        changes: [{ key: 'learningRate', value: 0.15 }],
        lossBefore: near(9),
        lossAfter: near(0.01),
        epochs: 10,
      },
    });
  });

  it.each([
    [[4, 3, 2, 2.5, 1.9, 1.8], 'J rises in 20 % of the epochs.'],
    [[4, 3, 2, 2.5, 1.9, 1.85, 1.8], undefined],
    [[4, 6.3, 3, 2, 1.9, 1.85, 1.8], 'J jumps to 6.3.'],
    // 1.5 times the first J, but not twice what one output for all leaves; and the other way round.
    [[4, 6.1, 3, 2, 1.9, 1.85, 1.8], undefined],
    [[4.3, 6.3, 3, 2, 1.9, 1.85, 1.8], undefined],
    // Rounding is no rise.
    [[4, 3, 2, 2 * (1 + 1e-10), 1.9, 1.8], undefined],
  ])('of J = %j says %s', (loss, signs) => {
    expect(seen(0.9, loss)?.message).toBe(signs && `The learning rate 0.9 is too large: ${signs}`);
  });

  it('holds only steps that are taken of the gradient as it is against 2/λ_max', () => {
    const calm = [4, 3, 2, 1.8];
    expect(seen(1.1, calm)?.message).toMatch(/: the largest stable learning rate at the start is 2\/λ_max = 1\.$/);
    expect(seen(1.1, calm, 0.01, 'adam')).toBeUndefined();
    expect(seen(0.99, calm)).toBeUndefined();
  });

  it.each([
    [1.8, 0.9, 'severe'],
    // Not half of it, or not a tenth of what there is to learn.
    [1.8, 0.95, undefined],
    [1, 0.4, 'warning'],
    [0.4, 0.15, undefined],
    [0.3, 0.001, undefined],
  ])('where J ends at %d, and with smaller steps at %d, it is %s', (loss, mended, severity) => {
    expect(seen(0.9, [4, 3, 4, 3, loss], mended)?.severity).toBe(severity);
  });

  it('goes on to smaller rates as long as each does better, and ends at the first that does well', () => {
    const tried: number[] = [];
    const losses: Readonly<Record<string, number>> = { '0.9': 1.8, '0.09': 0.8, '0.009': 0.5, '0.0009': 0.1 };
    const finding = found('step-too-large', line(gd(0.9)), (start) => {
      tried.push(rateOf(start));
      return { theta: at(losses[String(rateOf(start))] ?? 4), loss: [4, 3, 4, 3, 1.8] };
    });
    expect(tried).toEqual([0.9, 0.09, 0.009, 0.0009]);
    expect(finding?.remedy).toMatchObject({ message: 'Set the learning rate to 0.0009.', lossAfter: near(0.1) });
  });

  it('of a run that diverged is severe, even where nothing mends it', () => {
    const run: Ending = { theta: [NaN], loss: [4, 3], end: 'diverged', epochs: 2 };
    const finding = found('step-too-large', line(gd(0.9)), () => run);
    expect(finding).toMatchObject({ severity: 'severe', remedy: null });
    expect(finding?.message).toBe('The learning rate 0.9 is too large: J is not finite in the end.');
    const mended = found('step-too-large', line(gd(0.9)), (start) => (rateOf(start) < 0.9 ? { theta: at(3.9) } : run));
    // J = 3.9 is less than before any step, which is all that can be asked here.
    expect(mended?.remedy).toMatchObject({ lossBefore: Infinity, lossAfter: near(3.9) });
    const worse = found('step-too-large', line(gd(0.9)), (start) => (rateOf(start) < 0.9 ? { theta: at(4.1) } : run));
    expect(worse?.remedy).toBeNull();
  });

  it('is the momentum where that alone mends it', () => {
    const file = line({ optimizer: { type: 'momentum', learningRate: 0.9, momentum: 0.98 }, epochs: 10 });
    const finding = found('step-too-large', file, ({ network }) => ({
      theta: at(network.training.optimizer.momentum === 0.9 ? 0.01 : 9),
      loss: [4, 10, 3, 10, 9],
    }));
    expect(finding?.message).toBe(
      'The momentum 0.98 is too large: a step adds up to 50 times η ∂J/∂θ: J jumps to 10, and J rises in 50 % of the epochs.',
    );
    expect(finding?.remedy).toMatchObject({
      message: 'Set the momentum to 0.9.',
      changes: [{ key: 'optimizer', type: 'momentum', learningRate: 0.9 }],
    });
    const slower = found('step-too-large', file, ({ network: { training } }) => ({
      theta: at(training.optimizer.momentum === 0.9 && training.optimizer.learningRate === 0.09 ? 0.01 : 9),
      loss: [4, 10, 3, 10, 9],
    }));
    expect(slower?.remedy?.message).toBe('Set the momentum to 0.9 and the learning rate to 0.09.');
  });
});

describe('diverged', () => {
  const diverging = (batchSize: number | 'full', theta: readonly number[] = [12]): Finding | undefined =>
    found('diverged', line({ ...gd(0.9), batchSize }), (start) =>
      rateOf(start) < 0.1 ? { theta: at(0.01) } : { theta, loss: [4, 100], end: 'diverged', epochs: 3 },
    );

  it('says when, and whose gradient is largest', () => {
    expect(diverging('full')).toEqual({
      code: 'diverged',
      severity: 'severe',
      layer: 1,
      units: [],
      message:
        'Training diverges: J is not finite after 4 epochs; the last finite J is 100. θ⁽¹⁾ has the largest gradient relative to its size: its largest |∂J/∂θ| is 20, its largest |θ| 12. The steps overshoot: the learning rate is too large for gradients of this size.',
      evidence: { epoch: 4, lastFiniteLoss: 100, step: 4, lossBefore: 4 },
      remedy: expect.objectContaining({ message: 'Set the learning rate to 0.09.' }) as unknown,
    });
  });

  it('counts steps by mini-batches', () => {
    expect(diverging(2)?.evidence.step).toBe(7);
  });

  it('names the units that are not finite, or the loss', () => {
    expect(diverging('full', [1e308])).toMatchObject({ layer: 2, units: [1] });
    expect(diverging('full', [1e308])?.message).toContain(
      'Layer 2 is the first to overflow: 1 of 1 units have a non-finite z or a. The weights or inputs are too large.',
    );
    expect(diverging('full', [1e200])?.message).toMatch(
      /4 epochs; .* Every z and a is finite, but the loss E is not: /,
    );
  });

  it('is not said of a run that ended', () => {
    expect(found('diverged', line(gd(0.9)), () => ({ theta: [12], loss: [4, 100] }))).toBeUndefined();
  });
});

describe('step-too-small', () => {
  /** J from epoch 0 to 10; that of epoch 8 and the last say how it falls in the end. */
  const falling = (last: number, before: number): number[] => [
    4,
    3.9,
    3.8,
    3.7,
    3.6,
    3.5,
    3.4,
    3.3,
    before,
    last,
    last,
  ];
  const seen = (file: File, loss: readonly number[], mended: (start: Start) => boolean): Finding | undefined =>
    found('step-too-small', file, (start) => ({ theta: at(mended(start) ? 0.01 : (loss.at(-1) ?? NaN)), loss }));
  const larger = (start: Start): boolean => rateOf(start) === 0.1;

  it('says how long it would take', () => {
    // 10 % in two of ten epochs: half after ln 2/−ln 0.9 = 6.58 times two.
    expect(seen(line(gd(0.01)), falling(1.8, 2), larger)).toEqual({
      code: 'step-too-small',
      severity: 'warning',
      message:
        'The steps are too small, or too few: J goes from 4 to 1.8 in 10 epochs, and at this rate it takes 14 more epochs to halve it.',
      evidence: { learningRate: 0.01, epochs: 10, lossBefore: 4, lossAfter: near(1.8), epochsToHalve: 14 },
      remedy: {
        message: 'Set the learning rate to 0.1.',
        changes: [{ key: 'learningRate', value: 0.1 }],
        lossBefore: near(1.8),
        lossAfter: near(0.01),
        epochs: 10,
      },
    });
  });

  it('is severe where many steps have left nearly all to be learned', () => {
    expect(seen(line(gd(0.01, 20)), falling(2.4, 2.5), larger)?.severity).toBe('severe');
    expect(seen(line(gd(0.01, 19)), falling(2.4, 2.5), larger)?.severity).toBe('warning');
    expect(seen(line(gd(0.01, 20)), falling(2.3, 2.5), larger)?.severity).toBe('warning');
  });

  it('proposes adam where larger steps do not help, and more epochs where that does not either', () => {
    const isAdam = ({ network }: Start): boolean => network.training.optimizer.type === 'adam';
    const goesOn = ({ theta, epochs }: Start): boolean => theta !== undefined && epochs === 100;
    expect(seen(line(gd(0.01)), falling(1.8, 2), (start) => goesOn(start) || isAdam(start))?.remedy?.message).toBe(
      'Use adam with a learning rate of 0.05.',
    );
    const remedy = seen(line(gd(0.01)), falling(1.8, 2), ({ epochs }) => epochs >= 100)?.remedy;
    expect(remedy).toMatchObject({
      message: 'Train for 100 epochs.',
      changes: [{ key: 'epochs', value: 100 }],
      epochs: 100,
    });
    const longest = seen(line(gd(0.01)), falling(1.8, 2), ({ theta, epochs }) => (theta ? epochs : epochs / 10) >= 100);
    expect(longest?.remedy?.message).toBe('Train for 1000 epochs.');
  });

  it('is not said where J has come to rest, or where nothing leads on from there', () => {
    expect(seen(line(gd(0.01)), falling(1.8, 1.8), larger)).toBeUndefined();
    expect(seen(line(gd(0.01)), falling(1.8, 2), (start) => larger(start) && !start.theta)).toBeUndefined();
    expect(seen(line(gd(0.01)), falling(0.3, 0.4), larger)).toBeUndefined();
    expect(seen(line({ ...gd(1), optimizer: { type: 'lbfgs', learningRate: 0.01 } }), falling(1.8, 2), larger)).toBe(
      undefined,
    );
  });

  it('names the schedule that leaves no rate, and the rule that ends training', () => {
    const schedule = { type: 'exponential', gamma: 0.5 };
    const without = ({ network }: Start): boolean => network.training.schedule === undefined;
    const fading = seen(line({ ...gd(0.01), schedule }), falling(2.4, 2.4), without);
    expect(fading).toEqual({
      code: 'step-too-small',
      severity: 'severe',
      // 0.01 · 0.5¹⁰
      message:
        'The steps are too few, or too small: the schedule takes the learning rate from 0.01 down to 9.766e−6. J goes from 4 to 2.4.',
      evidence: {
        epochs: 10,
        learningRate: 0.01,
        lastLearningRate: near(0.01 * 0.5 ** 10),
        lossAfter: near(2.4),
      },
      remedy: expect.objectContaining({
        message: 'Leave "schedule" out.',
        changes: [{ key: 'leaveOut', of: 'schedule' }],
      }) as unknown,
    });
    // A rate that has gone down to a fiftieth is not gone.
    expect(seen(line({ ...gd(0.01), schedule: { ...schedule, gamma: 0.7 } }), falling(2.4, 2.4), without)).toBe(
      undefined,
    );
    const both = seen(line({ ...gd(0.01), schedule }), falling(2.4, 2.4), (start) => without(start) && larger(start));
    expect(both?.remedy).toMatchObject({
      message: 'Leave "schedule" out. Set the learning rate to 0.1.',
      changes: [
        { key: 'leaveOut', of: 'schedule' },
        { key: 'learningRate', value: 0.1 },
      ],
    });
    const stopped = found(
      'step-too-small',
      line({ ...gd(0.01, 50), stop: { loss: 3, patience: 4 } }),
      ({ network }) => ({
        theta: at(network.training.stop.patience === undefined ? 0.01 : 2),
        loss: [4, 3, 2],
        epochs: 2,
        end: 'patience',
      }),
    );
    expect(stopped).toMatchObject({
      severity: 'warning',
      message:
        'The steps are too few, or too small: the rule "stop": { "patience": 4 } ends training after 2 epochs of 50. J goes from 4 to 2.',
      remedy: { message: 'Leave "stop" out.', changes: [{ key: 'leaveOut', of: 'stop' }] },
    });
  });
});
