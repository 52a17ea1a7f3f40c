/** The judge of a sheet: each kind of answer with its own slips, tolerance, points, and what a locked sheet hides. */

import { describe, expect, it } from 'vitest';
import type { JudgedAnswer, SheetJudgment } from '../../../src/core/exercise/judge';
import { questionsOf } from '../../../src/core/exercise/sheet';
import { hintsOf, lockOf, sheetOf } from '../../../src/app/sheet';
import { judgmentOf } from '../../../src/app/sheetJudgment';
import { parseNetworkFile } from '../../../src/format';

interface Sheet {
  exercise?: object;
  claims?: object;
  gradients?: (number | null)[][];
  m?: 1 | 2;
}

/** x = (0.6, 0.9); z⁽²⁾ by hand: 0.1·0.6 + 0.3·0.9 + 0.5 = 0.83 and 0.2·0.6 − 0.4·0.9 − 0.2 = −0.44. */
function fileOf({ exercise, claims, gradients, m = 1 }: Sheet): Parameters<typeof judgmentOf>[0] {
  const layers = [
    { units: 2 },
    {
      units: 2,
      activation: 'sigmoid',
      weights: [
        [0.1, 0.3],
        [0.2, -0.4],
      ],
      biases: [0.5, -0.2],
    },
    {
      units: 2,
      activation: 'sigmoid',
      weights: [
        [0.5, -0.6],
        [0.7, 0.8],
      ],
      biases: [0.15, 0.35],
      ...(gradients && { claimedGradients: { weights: gradients } }),
    },
  ];
  const data = {
    inputs: [
      [0.6, 0.9],
      [0.3, 0.7],
    ].slice(0, m),
    targets: [
      [0.2, 0.7],
      [0.4, 0.1],
    ].slice(0, m),
  };
  const training = { optimizer: { type: 'gd', learningRate: 0.5 } };
  const text = JSON.stringify({ layers, data, training, ...(exercise && { exercise }), ...(claims && { claims }) });
  const file = parseNetworkFile(text, { fileName: '' });
  if (!file.network) throw new Error(JSON.stringify(file.problems));
  return { ...file, network: file.network };
}

function judge(sheet: Sheet): SheetJudgment {
  const judgment = judgmentOf(fileOf({ exercise: { ask: [] }, ...sheet }));
  if (!judgment) throw new Error('no sheet');
  return judgment;
}

function only(sheet: Sheet): JudgedAnswer {
  const [answer, ...more] = judge(sheet).answers.filter(({ state }) => state !== 'open');
  if (!answer || more.length > 0) throw new Error('one answer was expected');
  return answer;
}

const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
const [z1, z2] = [0.83, -0.44];
const [a1, a2] = [sigma(z1), sigma(z2)];
const [o1, o2] = [sigma(0.5 * a1 - 0.6 * a2 + 0.15), sigma(0.7 * a1 + 0.8 * a2 + 0.35)];
const J = 0.5 * ((o1 - 0.2) ** 2 + (o2 - 0.7) ** 2);
const d1 = (o1 - 0.2) * o1 * (1 - o1);
const d2 = (o2 - 0.7) * o2 * (1 - o2);
const digits = (value: number): number => Number(value.toPrecision(4));
const layer2 = (value: number): object => [
  [value, null],
  [null, null],
];
const layer3 = (value: number): object => [null, [value, null]];

describe('right values', () => {
  it('of every kind, worked out by hand', () => {
    const theta = 0.5 - 0.5 * d1 * a1;
    const claims = {
      z: [[z1, z2], null],
      a: [
        [digits(a1), digits(a2)],
        [digits(o1), digits(o2)],
      ],
      loss: digits(J),
      delta: [null, [digits(d1), digits(d2)]],
      step: [
        null,
        {
          weights: [
            [Number(theta.toFixed(5)), null],
            [null, null],
          ],
        },
      ],
    };
    const { answers, points, maxPoints, solved } = judge({ claims });
    expect(answers.filter(({ state }) => state === 'right').length).toBe(10);
    expect({ points, maxPoints, solved }).toEqual({ points: 10, maxPoints: 13, solved: false });
  });

  it('that are rounded to too few digits ask for one more', () => {
    expect(only({ claims: { z: [[null, -0.4], null] } }).state).toBe('tooCoarse');
  });

  it('θ after a step that is θ before it, rounded, is too coarse: it says nothing', () => {
    const after = only({
      claims: {
        step: [
          null,
          {
            weights: [
              [0.5, null],
              [null, null],
            ],
          },
        ],
      },
    });
    expect(after.state).not.toBe('right');
  });
});

describe('slips', () => {
  it.each([
    ['the bias is left out of z', 'forward-without-bias', { z: layer2(digits(z1 - 0.5)) }],
    ['rows for columns in z', 'forward-transposed', { z: layer2(digits(0.1 * 0.6 + 0.2 * 0.9 + 0.5)) }],
    ['another unit’s z', 'units-swapped', { z: layer2(z2) }],
    ['the sign of z', 'sign', { z: layer2(-z1) }],
    ['a is z', 'forward-other-activation', { a: layer2(z1) }],
    ['tanh for σ', 'forward-other-activation', { a: layer2(digits(Math.tanh(z1))) }],
    ['g′ for g', 'derivative-for-activation', { a: layer2(digits(a1 * (1 - a1))) }],
    ['a of a z without bias', 'forward-without-bias', { a: layer2(digits(sigma(z1 - 0.5))) }],
    ['J without ½', 'scale', { loss: digits(2 * J) }],
    ['J as a mean over the outputs', 'scale', { loss: digits(J / 2) }],
    ['J as the absolute error', 'other-loss', { loss: digits(Math.abs(o1 - 0.2) + Math.abs(o2 - 0.7)) }],
    ['δ without σ′', 'activation-derivative-missing', { delta: layer3(digits(o1 - 0.2)) }],
    ['δ without the target', 'target-missing', { delta: layer3(digits(o1 * o1 * (1 - o1))) }],
    ['δ with the wrong sign', 'sign', { delta: layer3(digits(-d1)) }],
    ['a step up the gradient', 'step-sign', stepOf(0.5 + 0.5 * d1 * a1)],
    ['a step without η', 'learning-rate-missing', stepOf(0.5 - d1 * a1)],
    ['the change alone', 'descent-step', stepOf(-0.5 * d1 * a1)],
    ['the gradient itself', 'gradient-for-step', stepOf(d1 * a1)],
  ])('%s: %s', (_, code, claims) => {
    const { state, mistakes, hint, message, exact, given } = only({ claims });
    expect({ state, codes: mistakes.map((one) => one.code) }).toEqual({ state: 'wrong', codes: [code] });
    expect(message).not.toBe(hint);
    // But for what was written, no hint holds the right value.
    const own = given?.text ?? '';
    expect(hint?.replace(own, '')).not.toContain(String(digits(Math.abs(exact))));
  });

  it('nothing known explains a number out of the air', () => {
    expect(only({ claims: { z: layer2(0.7313) } })).toMatchObject({ state: 'wrong', mistakes: [] });
  });

  it('of ∂J/∂θ come from the judge of gradients', () => {
    const exercise = { ask: ['layer 2'] };
    const weights = [
      [(o1 - 0.2) * a1, (o1 - 0.2) * a2],
      [(o2 - 0.7) * a1, (o2 - 0.7) * a2],
    ].map((row) => row.map(digits));
    const { mistakes, answers } = judge({ exercise, gradients: weights });
    expect(mistakes).toMatchObject([{ code: 'activation-derivative-missing', layers: [3] }]);
    expect(answers.filter(({ state }) => state === 'wrong').length).toBe(4);
    // The biases of layer 2 are asked as well.
    expect(answers.filter(({ state }) => state === 'open').length).toBe(2);
  });

  it('of a sample that is not there is wrong, not a crash', () => {
    expect(
      only({
        claims: {
          z: [
            [
              [z1, null],
              [null, null],
              [0.5, null],
            ]
              .slice(2)
              .concat(),
            null,
          ],
        },
      }).state,
    ).toBe('wrong');
  });
});

function stepOf(value: number): object {
  return {
    step: [
      null,
      {
        weights: [
          [Number(value.toFixed(5)), null],
          [null, null],
        ],
      },
    ],
  };
}

describe('tolerance', () => {
  const gradient = d1 * a1;
  const claim = (off: number, tolerance: number | string): string =>
    only({
      exercise: { ask: ['2,1,1'], tolerance },
      gradients: [
        [Number((gradient * (1 + off)).toPrecision(5)), null],
        [null, null],
      ],
    }).state;

  it('a number takes what is off by that part of the value', () => {
    expect(claim(0.008, 0.01)).toBe('right');
    expect(claim(-0.008, 0.01)).toBe('right');
    expect(claim(0.02, 0.01)).toBe('wrong');
    expect(claim(0.008, 'digits')).toBe('wrong');
  });

  it('finer than the digits that were written asks for more', () => {
    const exercise = { ask: ['2,1,1'], tolerance: 1e-6 };
    expect(
      only({
        exercise,
        gradients: [
          [Number(gradient.toPrecision(3)), null],
          [null, null],
        ],
      }).state,
    ).toBe('tooCoarse');
  });

  it('holds for other values, too', () => {
    const exercise = { ask: [], tolerance: 0.05 };
    expect(only({ exercise, claims: { z: layer2(0.85) } }).state).toBe('right');
    expect(only({ exercise, claims: { z: layer2(0.95) } }).state).toBe('wrong');
  });
});

describe('points', () => {
  it('of the whole sheet are shared alike', () => {
    const { points, maxPoints } = judge({
      exercise: { ask: [], points: 10 },
      claims: { z: [[z1, null], null], loss: null },
    });
    expect(points).toBeCloseTo(10 / 3, 8);
    expect(maxPoints).toBe(10);
  });

  it('of each kind are its own', () => {
    const exercise = { ask: ['2,1,1'], points: { z: 2, gradients: 5 } };
    const { points, maxPoints } = judge({ exercise, claims: { z: [[z1, null], null], loss: null } });
    expect({ points, maxPoints }).toEqual({ points: 2, maxPoints: 2 + 2 + 1 + 5 });
  });
});

describe('what is asked', () => {
  const names = (sheet: Sheet): string[] => {
    const file = fileOf(sheet);
    const samples = file.data?.training;
    return samples ? sheetOf(file, samples).questions.map(({ quantity }) => quantity) : [];
  };

  it('without `ask`: the places of the text; with nothing at all: every ∂J/∂θ', () => {
    expect(
      names({
        exercise: {},
        gradients: [
          [null, null],
          [null, null],
        ],
      }),
    ).toEqual(Array(4).fill('gradient'));
    expect(names({ exercise: {} })).toEqual(Array(12).fill('gradient'));
    expect(names({ exercise: {}, claims: { loss: null } })).toEqual(['loss']);
  });

  it('θ after the step: layer by layer, unit by unit, the biases of a layer last, however the text has them', () => {
    const block = (reversed: boolean): object => {
      const weights = [
        [null, null],
        [null, null],
      ];
      return reversed ? { biases: [null, null], weights } : { weights, biases: [null, null] };
    };
    const asked = (reversed: boolean): number[][] => {
      const file = fileOf({ exercise: {}, claims: { step: [block(reversed), block(reversed)] } });
      if (!file.data) throw new Error('no data');
      return sheetOf(file, file.data.training).questions.map((question) => {
        if (question.quantity !== 'step') throw new Error(question.quantity);
        const { layer, to, from } = question.parameter;
        return [layer, to, from];
      });
    };
    const units = [1, 2];
    const expected = units.flatMap((layer) => [
      ...units.flatMap((to) => units.map((from) => [layer, to, from])),
      ...units.map((to) => [layer, to, 0]),
    ]);
    expect(asked(false)).toEqual(expected);
    expect(asked(true)).toEqual(expected);
  });

  it('a parameter that the network does not have is not asked', () => {
    const { network, exercise } = fileOf({ exercise: {} });
    const none = { layer: 2, to: 3, from: 1 };
    const one = { layer: 2, to: 1, from: 0 };
    const text = { gradients: [], openGradients: [], values: [], openValues: [] };
    if (!exercise) throw new Error('it is a sheet');
    const ask = [none, one].map((parameter) => ({ kind: 'parameter' as const, parameter }));
    expect(questionsOf(network, { ...exercise, ask }, text)).toEqual([{ quantity: 'gradient', parameter: one }]);
    const open = [none, one].map((parameter) => ({ parameter }));
    expect(questionsOf(network, exercise, { ...text, openGradients: open })).toEqual([
      { quantity: 'gradient', parameter: one },
    ]);
  });

  it('an answer that was taken out of the text is still asked', () => {
    expect(names({ exercise: { ask: ['layer 2'] } })).toEqual(Array(6).fill('gradient'));
  });
});

describe('a lock', () => {
  const hidden = (sheet: Sheet): unknown => lockOf(fileOf(sheet)).hidden;

  it('hides what is asked, and what gives it away', () => {
    expect(hidden({})).toEqual({ forward: false, backward: false });
    expect(hidden({ exercise: { ask: ['1,1,1'] } })).toEqual({ forward: false, backward: true });
    expect(hidden({ exercise: { ask: [], hide: [] }, claims: { loss: null } })).toEqual({
      forward: true,
      backward: true,
    });
    expect(hidden({ exercise: { hide: ['activations'] } })).toEqual({ forward: true, backward: true });
    expect(hidden({ exercise: { ask: [] }, claims: { delta: [null, [null, null]] } })).toEqual({
      forward: false,
      backward: true,
    });
  });

  it('opens when all is right', () => {
    const exercise = { ask: ['2,1,1'] };
    const gradients = (g: number | null): number[][] | (number | null)[][] => [
      [g, null],
      [null, null],
    ];
    expect(hidden({ exercise, gradients: gradients(digits(d1 * a1)) })).toEqual({ forward: false, backward: false });
    expect(hidden({ exercise, gradients: gradients(digits(-d1 * a1)) })).toMatchObject({ backward: true });
    expect(hidden({ exercise, gradients: gradients(null) })).toMatchObject({ backward: true });
  });

  it('gives as many hints as the sheet says', () => {
    const claims = { z: [[-z1, 0.1], null] };
    const hints = (said: boolean | number): number => {
      const file = fileOf({ exercise: { ask: [], hints: said }, claims });
      const judgment = judgmentOf(file);
      return judgment && file.exercise ? hintsOf(judgment, file.exercise).length : NaN;
    };
    expect([hints(true), hints(1), hints(false)]).toEqual([2, 1, 0]);
  });
});
