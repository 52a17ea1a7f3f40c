/** `exercise` and `claims`: what they may say, and what is wrong with what they may not. */

import { describe, expect, it } from 'vitest';
import { parseNetworkFile } from '../../src/format';

const NETWORK = {
  layers: [
    { units: 2 },
    {
      units: 2,
      activation: 'sigmoid',
      weights: [
        [0.1, 0.3],
        [0.2, -0.4],
      ],
      biases: [0.5, 0.6],
    },
    { units: 1, activation: 'sigmoid', weights: [[0.5, -0.6]], biases: false },
  ],
  data: {
    inputs: [
      [0.5, 0.9],
      [0.1, 0.2],
    ],
    targets: [[0.2], [0.7]],
  },
};

function parse(more: object): ReturnType<typeof parseNetworkFile> {
  return parseNetworkFile(JSON.stringify({ ...NETWORK, ...more }), { fileName: 'a.nn.json' });
}

describe('exercise', () => {
  it('is read with its defaults', () => {
    const { problems, exercise } = parse({ exercise: {} });
    expect(problems).toEqual([]);
    expect(exercise).toEqual({
      hide: ['gradients'],
      tolerance: 'digits',
      hints: true,
      vary: ['weights', 'inputs', 'targets'],
    });
  });

  it('is read with everything it may say', () => {
    const said = {
      hide: ['activations', 'deltas'],
      ask: ['1,2,0', 'layer 2', 'all'],
      tolerance: 0.01,
      hints: 3,
      attempts: 5,
      points: { gradients: 2, z: 0.5 },
      student: 'ann',
      vary: [],
      fingerprint: '00ff',
    };
    const { problems, exercise } = parse({ exercise: said });
    expect(problems).toEqual([]);
    const ask = [
      { kind: 'parameter', parameter: { layer: 1, to: 2, from: 0 } },
      { kind: 'layer', layer: 2 },
      { kind: 'all' },
    ];
    expect(exercise).toEqual({ ...said, ask });
  });

  it.each([
    [{ hide: ['gradient'] }, 'unknown-name', '"gradient"'],
    [{ hide: 'gradients' }, 'wrong-type', '"gradients"'],
    [{ ask: ['layer 3'] }, 'out-of-range', '"layer 3"'],
    [{ ask: ['2,1,0'] }, 'out-of-range', '"2,1,0"'],
    [{ ask: ['1,3,1'] }, 'out-of-range', '"1,3,1"'],
    [{ ask: ['first'] }, 'out-of-range', '"first"'],
    [{ ask: [1] }, 'wrong-type', '1'],
    [{ tolerance: 0 }, 'out-of-range', '0'],
    [{ tolerance: 'percent' }, 'wrong-type', '"percent"'],
    [{ tolerance: 1 }, 'out-of-range', '1'],
    [{ hints: -1 }, 'out-of-range', '-1'],
    [{ hints: 'yes' }, 'wrong-type', '"yes"'],
    [{ hints: null }, 'wrong-type', 'null'],
    [{ attempts: 0 }, 'out-of-range', '0'],
    [{ points: -1 }, 'out-of-range', '-1'],
    [{ points: 'ten' }, 'wrong-type', '"ten"'],
    [{ points: { z: 'ten' } }, 'wrong-type', '"ten"'],
    [{ student: '' }, 'out-of-range', '""'],
    [{ student: 7 }, 'wrong-type', '7'],
    [{ vary: ['biases'] }, 'unknown-name', '"biases"'],
  ])('%j is an error at its own place', (exercise, code, at) => {
    const text = JSON.stringify({ ...NETWORK, exercise });
    const { problems, network } = parseNetworkFile(text, { fileName: 'a.nn.json' });
    expect(network).toBeUndefined();
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    const [{ offset, length }] = problems as [(typeof problems)[0]];
    expect(text.slice(offset, offset + length)).toBe(at);
  });

  it('warns of keys that it does not know', () => {
    const { problems } = parse({ exercise: { hints: true, hint: 2, 'x-note': 1 } });
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['unknown-key', 'warning']]);
  });
});

describe('claims', () => {
  it('have a place for every value, by rows or by the only one', () => {
    const step = [
      {
        weights: [
          [0.1, null],
          [null, null],
        ],
        biases: [null, 0.6],
      },
      null,
    ];
    const claims = {
      z: [
        [
          [1, 2],
          [3, null],
        ],
        null,
      ],
      a: [null, [0.25]],
      delta: [null, null],
      loss: 0.125,
      step,
    };
    const { problems, values } = parse({ claims });
    expect(problems).toEqual([]);
    expect(values.claims.map(({ place, text }) => [place, text])).toEqual([
      [{ quantity: 'z', layer: 2, sample: 1, unit: 1 }, '1'],
      [{ quantity: 'z', layer: 2, sample: 1, unit: 2 }, '2'],
      [{ quantity: 'z', layer: 2, sample: 2, unit: 1 }, '3'],
      [{ quantity: 'a', layer: 3, sample: 1, unit: 1 }, '0.25'],
      [{ quantity: 'loss' }, '0.125'],
      [{ quantity: 'step', parameter: { layer: 1, to: 1, from: 1 } }, '0.1'],
      [{ quantity: 'step', parameter: { layer: 1, to: 2, from: 0 } }, '0.6'],
    ]);
    expect(values.open.map(({ place }) => place)).toEqual([
      { quantity: 'z', layer: 2, sample: 2, unit: 2 },
      { quantity: 'step', parameter: { layer: 1, to: 1, from: 2 } },
      { quantity: 'step', parameter: { layer: 1, to: 2, from: 1 } },
      { quantity: 'step', parameter: { layer: 1, to: 2, from: 2 } },
      { quantity: 'step', parameter: { layer: 1, to: 1, from: 0 } },
    ]);
  });

  it.each([
    [{ z: [[1, 2, 3], null] }, 'wrong-length'],
    [{ z: [[1, 2]] }, 'wrong-length'],
    [{ z: 1 }, 'wrong-type'],
    [{ a: [['x', 2], null] }, 'wrong-type'],
    [{ loss: '0.1' }, 'wrong-type'],
    [{ step: [{ weights: [[1, 2]] }, null] }, 'wrong-length'],
    [{ step: [null, { biases: [1] }] }, 'no-biases'],
  ])('%j is an error', (claims, code) => {
    const { problems, network } = parse({ claims });
    expect(network).toBeUndefined();
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it('that are not finite are errors', () => {
    const text = JSON.stringify({ ...NETWORK, claims: { loss: 7 } }).replace('"loss":7', '"loss":1e999');
    expect(parseNetworkFile(text, { fileName: '' }).problems.map(({ code }) => code)).toEqual(['not-finite']);
  });
});
