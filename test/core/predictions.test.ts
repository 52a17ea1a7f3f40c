import { describe, expect, it } from 'vitest';
import { forward } from '../../src/core/backprop';
import type { Dataset, Samples } from '../../src/core/network';
import { outputsAt, predicting } from '../../src/core/predictions';
import { runToEnd } from '../../src/core/check/steps';
import { networkOf } from './networks';

/** a = x of the larger input: class 1 where x₁ > x₂, else class 2. */
const sides = networkOf({
  layers: [
    { units: 2 },
    {
      units: 2,
      weights: [
        [1, 0],
        [0, 1],
      ],
      biases: [0, 0],
    },
  ],
});

const rows = (inputs: number[][], targets: number[][]): Samples => ({
  count: inputs.length,
  inputs: Float64Array.from(inputs.flat()),
  targets: Float64Array.from(targets.flat()),
});

const training = rows(
  [
    [3, 1],
    [1, 3],
    [2, 5],
    [4, 0],
    [7, 8],
  ],
  [
    [1, 0],
    [1, 0],
    [0, 1],
    [1, 0],
    [0, 1],
  ],
);
const validation = rows(
  [
    [0, 1],
    [1, 0],
  ],
  [
    [1, 0],
    [1, 0],
  ],
);

const predicted = (data: Dataset, most = 10) => runToEnd(predicting(sides, sides.theta, data, most));

describe('predictions', () => {
  it('count who is taken for whom, of each set apart: true classes in rows', () => {
    const { classes, training: seen, validation: held } = predicted({ training, validation });
    expect(classes).toBe(2);
    // Of class 1 two are right and one is taken for class 2; of class 2 both are right.
    expect([...(seen.confusion ?? [])]).toEqual([2, 1, 0, 2]);
    expect([...(held?.confusion ?? [])]).toEqual([1, 1, 0, 0]);
  });

  it('of one sigmoid output are of two classes, with ½ between them', () => {
    const network = networkOf({
      layers: [{ units: 1 }, { units: 1, activation: { type: 'sigmoid' }, weights: [[1]], biases: [0] }],
    });
    const samples = rows([[-1], [2], [3]], [[0], [0], [1]]);
    const { classes, training: seen } = runToEnd(predicting(network, network.theta, { training: samples }, 10));
    expect([classes, ...(seen.confusion ?? [])]).toEqual([2, 1, 1, 0, 1]);
  });

  it('of numbers are no classes: they have a mean square instead', () => {
    const numbers = rows(
      [
        [3, 1],
        [1, 3],
      ],
      [
        [2, 1],
        [1, 0],
      ],
    );
    const { classes, training: seen } = predicted({ training: numbers });
    expect([classes, seen.confusion]).toEqual([null, null]);
    expect([...seen.meanSquares]).toEqual([0.5, 4.5]);
  });

  it('bring as many rows along as were asked for, spread over all, with their own numbers', () => {
    const { rows: some, count } = predicted({ training }, 2).training;
    expect(count).toBe(5);
    expect([...some.samples]).toEqual([1, 4]);
    expect([...some.inputs]).toEqual([3, 1, 4, 0]);
    expect([...some.outputs]).toEqual([3, 1, 4, 0]);
    expect([...some.targets]).toEqual([1, 0, 1, 0]);
    expect([...predicted({ training }, 0).training.rows.samples]).toEqual([]);
  });

  it('know how far the inputs reach, over rows that are not brought along too', () => {
    expect([...predicted({ training }, 1).training.inputRanges]).toEqual([1, 7, 0, 8]);
  });

  it('at any inputs are what the forward pass gives', () => {
    const inputs = Float64Array.of(0.5, -2, 1e3, 4);
    const outputs = runToEnd(outputsAt(sides, sides.theta, inputs));
    const one = (x: number, y: number): number[] => [
      ...(forward(sides, sides.theta, Float64Array.of(x, y)).a.at(-1) ?? []),
    ];
    expect([...outputs]).toEqual([...one(0.5, -2), ...one(1e3, 4)]);
  });
});
