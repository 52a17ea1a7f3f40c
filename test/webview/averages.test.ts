import { describe, expect, test } from 'vitest';
import { EpochSeries } from '../../src/core/epochs';
import { Averages } from '../../webview/loss/averages';

const losses = Array.from({ length: 300 }, (_, k) => 1 / (1 + k) + 0.1 * Math.sin(k * k));

/** The average of the first n + 1 numbers, from its sum: wⁿ x₀ + (1 − w) Σ w^(n−k) x_k. */
function bySum(values: readonly number[], weight: number): number {
  const n = values.length - 1;
  const later = values.slice(1).reduce((sum, x, k) => sum + weight ** (n - 1 - k) * x, 0);
  return weight ** n * (values[0] ?? NaN) + (1 - weight) * later;
}

describe('the moving average', () => {
  test('is the weighted sum of all numbers so far, asked for in any order while the run grows', () => {
    const series = new EpochSeries();
    const averages = new Averages(series, 0.9);
    for (const [epoch, loss] of losses.entries()) {
      series.add({ epoch, loss });
      if (epoch % 7 === 0) expect(averages.at('loss', epoch)).toBeCloseTo(bySum(losses.slice(0, epoch + 1), 0.9), 12);
    }
    expect(averages.at('loss', 3)).toBeCloseTo(bySum(losses.slice(0, 4), 0.9), 12);
    expect(series.value('loss', 3)).toBe(losses[3]);
  });

  test('counts epochs, not rows: numbers that are known of every 10th epoch fade as fast', () => {
    const series = new EpochSeries();
    for (let epoch = 0; epoch <= 40; epoch++) {
      series.add({ epoch, loss: 1, ...(epoch % 10 === 0 && { gradientNorm: epoch === 0 ? 8 : 0 }) });
    }
    const averages = new Averages(series, 0.95);
    expect(averages.at('gradientNorm', 40)).toBeCloseTo(8 * 0.95 ** 40, 12);
    expect(averages.at('gradientNorm', 35)).toBeNaN();
  });

  test('is that of the rows that are left when a long run is thinned', () => {
    const series = new EpochSeries(64);
    const averages = new Averages(series, 0.5);
    for (let epoch = 0; epoch < 500; epoch++) {
      series.add({ epoch, loss: epoch });
      averages.at('loss', series.length - 1);
    }
    for (let row = 0; row < series.length; row++) {
      expect(averages.at('loss', row)).toBe(new Averages(series, 0.5).at('loss', row));
    }
  });

  test('leaves a loss that is not finite out', () => {
    const series = new EpochSeries();
    for (const [epoch, loss] of [2, NaN, Infinity, 4].entries()) series.add({ epoch, loss });
    const averages = new Averages(series, 0.5);
    expect([0, 1, 2].map((row) => averages.at('loss', row))).toEqual([2, NaN, NaN]);
    expect(averages.at('loss', 3)).toBeCloseTo(0.125 * 2 + 0.875 * 4, 12);
  });
});
