import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EpochSeries } from '../../src/core/epochs';
import { rowsInSight } from '../../webview/loss/sampling';

function seriesOf(losses: readonly number[]): EpochSeries {
  const series = new EpochSeries();
  for (const [epoch, loss] of losses.entries()) series.add({ epoch, loss });
  return series;
}

describe('the rows that are drawn', () => {
  test('are few, in order, and have the lowest, the highest, the first and the newest of what is in sight', () => {
    const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (losses, pixels) => {
        const series = seriesOf(losses);
        const rows = rowsInSight(series, ['loss'], null, pixels);
        const drawn = rows.map((row) => losses[row] ?? NaN);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        expect(rows.length).toBeLessThanOrEqual(3 * pixels + 1);
        expect([rows[0], rows.at(-1)]).toEqual([0, losses.length - 1]);
        expect(Math.min(...drawn)).toBe(Math.min(...losses));
        expect(Math.max(...drawn)).toBe(Math.max(...losses));
      }),
    );
  });

  test('are all that a zoom shows, and one more on either side, where there is room', () => {
    const series = seriesOf(Array.from({ length: 100 }, (_, k) => k));
    expect(rowsInSight(series, ['loss'], { from: 10, to: 13 }, 500)).toEqual([10, 11, 12, 13, 14]);
    expect(rowsInSight(series, ['loss'], { from: 97, to: 200 }, 500)).toEqual([97, 98, 99]);
  });
});
