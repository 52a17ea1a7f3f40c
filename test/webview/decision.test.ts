import { describe, expect, test } from 'vitest';
import { zeroLines } from '../../webview/predictions/contour';
import { roomy } from '../../webview/predictions/domain';
import { latticeInputs, sideFor } from '../../webview/predictions/lattice';
import { endsOf, linearScale, logTicksOf, ticksOf } from '../../webview/axis';
import { drawnCase } from '../engine/drawn';

const lattice = (side: number, value: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: side * side }, (_, at) => value(at % side, Math.floor(at / side)));

/** The ends of each piece. */
function* ends(pieces: readonly number[]): Generator<[x: number, y: number]> {
  for (let k = 0; k < pieces.length; k += 2) yield [pieces[k] ?? NaN, pieces[k + 1] ?? NaN];
}

describe('the border between two classes', () => {
  test('of a plane is its line, from one side of the lattice to the other', () => {
    const pieces = zeroLines(
      lattice(6, (x, y) => x + 2 * y - 5.5),
      6,
    );
    for (const [x, y] of ends(pieces)) expect(x + 2 * y).toBeCloseTo(5.5, 12);
    const xs = [...ends(pieces)].map(([x]) => x);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([0, 5]);
  });

  test('of a circle goes once around it', () => {
    const side = 81;
    const pieces = zeroLines(
      lattice(side, (x, y) => Math.hypot(x - 40, y - 40) - 30.3),
      side,
    );
    let length = 0;
    for (let k = 0; k < pieces.length; k += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = pieces.slice(k, k + 4);
      length += Math.hypot(x2 - x1, y2 - y1);
      expect(Math.hypot(x1 - 40, y1 - 40)).toBeCloseTo(30.3, 1);
    }
    expect(length / (2 * Math.PI * 30.3)).toBeCloseTo(1, 2);
  });

  test('keeps the two arms of a saddle apart, whichever way it is turned', () => {
    for (const sign of [1, -1]) {
      // Positive in two opposite corners, and in the middle: the negative corners are cut off one by one.
      const pieces = zeroLines(Float64Array.of(sign * 3, sign * -1, sign * -1, sign * 3), 2);
      expect(pieces).toHaveLength(8);
      for (let k = 0; k < 8; k += 4) {
        const middle = [
          ((pieces[k] ?? NaN) + (pieces[k + 2] ?? NaN)) / 2,
          ((pieces[k + 1] ?? NaN) + (pieces[k + 3] ?? NaN)) / 2,
        ];
        const nearNegative = Math.min(
          Math.hypot((middle[0] ?? NaN) - 1, middle[1] ?? NaN),
          Math.hypot(middle[0] ?? NaN, (middle[1] ?? NaN) - 1),
        );
        expect(nearNegative).toBeLessThan(0.3);
      }
    }
  });

  test('is nowhere where there is one class, and not where a number is missing', () => {
    expect(
      zeroLines(
        lattice(5, () => 1),
        5,
      ),
    ).toEqual([]);
    expect(zeroLines(Float64Array.of(1, -1, NaN, 1), 2)).toEqual([]);
  });
});

describe('a lattice', () => {
  test('has the middles of its cells over the stretches, and one more cell beyond each end', () => {
    expect([...latticeInputs([[0, 4]], 6)]).toEqual([-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]);
    const plane = latticeInputs(
      [
        [0, 2],
        [10, 30],
      ],
      4,
    );
    // Place 1 is one further in x₁, place 4 one further in x₂.
    expect([...plane.subarray(0, 4)]).toEqual([-0.5, 5, 0.5, 5]);
    expect([...plane.subarray(8, 10)]).toEqual([-0.5, 15]);
  });

  test('is finer the smaller the network is, within limits', () => {
    const networks = [
      [2, 3, 1],
      [2, 200, 200, 1],
      [2, 1500, 1000, 1],
    ].map((units) => drawnCase(units, 1).network);
    const sides = networks.map((network) => sideFor(network, 2, 2e7, 100));
    expect(sides[0]).toBe(100);
    expect(sides[1]).toBeLessThan(40);
    expect(sides[2]).toBe(14);
  });
});

describe('an axis', () => {
  test('has round numbers, as they are written', () => {
    expect(ticksOf(-0.12, 1.12, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf(17, 83, 3)).toEqual([20, 40, 60, 80]);
    expect(ticksOf(0.2999, 0.3001, 2)).toContain(0.3);
    expect(ticksOf(1, 1, 5)).toEqual([]);
  });

  test('that is logarithmic has powers of ten, and where they are few what lies between', () => {
    expect(logTicksOf(3e-4, 2, 6)).toEqual([1e-3, 1e-2, 0.1, 1]);
    expect(logTicksOf(1e-12, 1, 4)).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
    expect(logTicksOf(0.3, 0.9, 5)).toContain(0.5);
    expect(logTicksOf(0.61, 0.64, 3)).toEqual([0.61, 0.62, 0.63, 0.64]);
    expect(logTicksOf(0, 1, 3)).toEqual([]);
  });

  test('leads from numbers to pixels and back', () => {
    const { at, value } = linearScale([-1, 3], [200, 0]);
    expect([-1, 0, 3].map(at)).toEqual([200, 150, 0]);
    expect([200, 150, 0].map(value)).toEqual([-1, 0, 3]);
  });

  test('ends at what is finite, and on a logarithmic axis positive', () => {
    expect(endsOf([NaN, 3, Infinity, -1])).toEqual([-1, 3]);
    expect(endsOf([0, -5, 100, 0.1], true)).toEqual([0.1, 100]);
    expect(endsOf([2, 2])).toEqual([1.5, 2.5]);
    expect(endsOf([])).toEqual([-0.5, 0.5]);
    for (const values of [[], [7]]) {
      const [low, high] = endsOf(values, true);
      expect(high / low).toBeCloseTo(10, 12);
    }
  });

  test('has room at its ends, also around one value alone', () => {
    expect(roomy(0, 10, 0.1)).toEqual([-1, 11]);
    expect(roomy(5, 5)).toEqual([0, 10]);
    expect(roomy(0, 0)).toEqual([-1, 1]);
    expect(roomy(Infinity, -Infinity)).toEqual([-1, 1]);
  });
});
