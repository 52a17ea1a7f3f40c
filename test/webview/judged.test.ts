import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/core/mistakes/diagnosis';
import { backwardPass } from '../../webview/check/backwardPass';
import { nextCell } from '../../webview/check/cells';
import { textDifference } from '../../webview/check/difference';
import { distance, kindOf, ratioMaps } from '../../webview/check/ratios';

describe('ratios', () => {
  /** θ⁽¹⁾ of 2 × 3 with biases at 6. */
  const layers = [{ rows: 2, columns: 3, weights: 0, biases: 6, biasInput: 1 }];
  const entries = (claimed: number[], gradient: number[], wrong: number[]) => ({
    claimed: Float64Array.from(claimed),
    gradient: Float64Array.from(gradient),
    wrong: Uint8Array.from(wrong),
  });

  test('are claimed ÷ right where a claim is wrong, and 1 where it is right to within its digits', () => {
    const maps = ratioMaps(
      layers,
      entries([1, 2.01, NaN, -4, 0, 6, NaN, NaN], [1, 2, 3, 4, 5, 3, 1, 1], [0, 0, 0, 1, 1, 1, 0, 0]),
    );
    expect(maps).toHaveLength(1);
    expect(maps[0]).toMatchObject({ layer: 1, part: 'weights', rows: 2, columns: 3 });
    expect(maps[0]?.cells.map(({ row, column, ratio }) => [row, column, ratio])).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [1, 0, -1],
      [1, 1, 0],
      [1, 2, 2],
    ]);
    expect(maps[0]?.cells[2]?.parameter).toEqual({ layer: 1, to: 2, from: 1 });
  });

  test('of a large layer: few cells, each with the wrong claim that is furthest off, in reading order', () => {
    const [rows, columns] = [100, 200];
    const count = rows * columns;
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: 20 }), (places) => {
        const claimed = new Float64Array(count).fill(1);
        const wrong = new Uint8Array(count);
        for (const [n, at] of places.entries()) {
          claimed[at] = 2 + n;
          wrong[at] = 1;
        }
        const gradient = new Float64Array(count).fill(1);
        const [map] = ratioMaps([{ rows, columns, weights: 0, biases: -1, biasInput: 1 }], {
          claimed,
          gradient,
          wrong,
        });
        if (!map) throw new Error('no map');
        expect(map.cells.length).toBeLessThanOrEqual(24 * 48);
        expect(Math.max(...map.cells.map(({ ratio }) => ratio))).toBe(1 + places.length);
        const order = map.cells.map(({ row, column }) => row * map.columns + column);
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
      { numRuns: 20 },
    );
  });

  test('say what is wrong with them, and how far off they are', () => {
    expect([1, 0, -1, -0.001, 0.5, 2, Infinity].map(kindOf)).toEqual([
      'one',
      'zero',
      'negative',
      'negative',
      'below',
      'above',
      'above',
    ]);
    expect(distance(1)).toBe(0);
    expect(distance(10)).toBe(1);
    expect(distance(0.1)).toBe(1);
    expect(distance(1000)).toBe(1);
    expect(distance(Math.sqrt(10))).toBeCloseTo(0.5, 12);
    expect([0, -1, Infinity, NaN].map(distance)).toEqual([1, 1, 1, 1]);
  });
});

describe('moving between cells', () => {
  const cells = [
    { row: 0, column: 0 },
    { row: 0, column: 4 },
    { row: 2, column: 3 },
    { row: 5, column: 0 },
  ];

  test('follows the reading order, and goes to the nearest cell above and below', () => {
    expect(nextCell(cells, 0, 'ArrowRight')).toBe(1);
    expect(nextCell(cells, 1, 'ArrowRight')).toBe(2);
    expect(nextCell(cells, 0, 'ArrowLeft')).toBeUndefined();
    expect(nextCell(cells, 1, 'ArrowDown')).toBe(2);
    expect(nextCell(cells, 2, 'ArrowUp')).toBe(1);
    expect(nextCell(cells, 3, 'ArrowDown')).toBeUndefined();
    expect(nextCell(cells, 2, 'Home')).toBe(0);
    expect(nextCell(cells, 0, 'End')).toBe(3);
    expect(nextCell(cells, 0, 'a')).toBeUndefined();
    expect(nextCell([], 0, 'End')).toBeUndefined();
  });
});

describe('the backward pass', () => {
  const block = (layer: number, claimed: number, wrong: number) => ({
    layer,
    part: 'weights' as const,
    claimed,
    wrong,
  });
  const states = (layers: number, blocks: Diagnosis['blocks'], place: Diagnosis['place']) =>
    backwardPass(layers, { blocks, place }).map((column) => column.map(({ name, state, here }) => [name, state, here]));

  test('runs from the output to the input; a right gradient proves its δ, and the first wrong quantity is marked', () => {
    expect(states(4, [block(1, 4, 4), block(2, 4, 4), block(3, 2, 0)], { quantity: 'delta', layer: 3 })).toEqual([
      [
        ['δ⁽⁴⁾', 'right', false],
        ['∂J/∂θ⁽³⁾', 'right', false],
      ],
      [
        ['δ⁽³⁾', 'wrong', true],
        ['∂J/∂θ⁽²⁾', 'wrong', false],
      ],
      [
        ['δ⁽²⁾', 'unknown', false],
        ['∂J/∂θ⁽¹⁾', 'wrong', false],
      ],
    ]);
  });

  test('takes δ above a right gradient for right, and knows nothing else of what is not claimed', () => {
    expect(states(3, [block(1, 4, 1)], { quantity: 'weight-gradient', layer: 1 })).toEqual([
      [
        ['δ⁽³⁾', 'right', false],
        ['∂J/∂θ⁽²⁾', 'unknown', false],
      ],
      [
        ['δ⁽²⁾', 'right', false],
        ['∂J/∂θ⁽¹⁾', 'wrong', true],
      ],
    ]);
    expect(states(2, [block(1, 4, 4)], null)).toEqual([
      [
        ['δ⁽²⁾', 'unknown', false],
        ['∂J/∂θ⁽¹⁾', 'wrong', false],
      ],
    ]);
  });
});

describe('the difference of two lines', () => {
  test('is between what they share at both ends, and never cuts a name', () => {
    expect(textDifference('dW1 = dZ1.T @ X / m', 'dW1 = dZ1 @ X / m')).toEqual({
      before: 'dW1 = ',
      right: 'dZ1.T',
      yours: 'dZ1',
      after: ' @ X / m',
    });
    expect(textDifference('a · b', 'a · b')).toEqual({ before: 'a · b', right: '', yours: '', after: '' });
    expect(textDifference('x + x', 'x')).toEqual({ before: 'x', right: ' + x', yours: '', after: '' });
  });

  test('gives both lines back', () => {
    const line = fc.array(fc.constantFrom('a', 'δ⁽²⁾', ' ', '+', '0.5', '(', '′')).map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(line, line, (right, yours) => {
        const { before, after, ...middle } = textDifference(right, yours);
        expect(before + middle.right + after).toBe(right);
        expect(before + middle.yours + after).toBe(yours);
      }),
    );
  });
});
