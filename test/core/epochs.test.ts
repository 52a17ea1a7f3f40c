import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EpochSeries } from '../../src/core/epochs';

function rowsOf(series: EpochSeries): number[] {
  return Array.from({ length: series.length }, (_, row) => series.epochAt(row));
}

/** What the rule says of epochs first…newest, said again without a series. */
function expected(first: number, newest: number, most: number): number[] {
  let stride = 1;
  while (newest - first >= most * stride) stride *= 2;
  const all = Array.from({ length: newest - first + 1 }, (_, k) => first + k);
  return all.filter((epoch) => epoch === first || epoch === newest || epoch % stride === 0);
}

describe('the epochs of a run', () => {
  it('are all kept while there are few, then every 2nd, 4th, …, and always the first and the newest', () => {
    const epochs = fc.tuple(fc.nat(50), fc.nat(300), fc.integer({ min: 2, max: 40 }));
    fc.assert(
      fc.property(epochs, ([first, count, most]) => {
        const series = new EpochSeries(most);
        for (let epoch = first; epoch <= first + count; epoch++) {
          series.add({ epoch, loss: -epoch });
          expect(series.last('loss')).toBe(-epoch);
        }
        expect(rowsOf(series)).toEqual(expected(first, first + count, most));
        expect(series.length).toBeLessThanOrEqual(most + 2);
        for (let row = 0; row < series.length; row++) expect(series.value('loss', row)).toBe(-series.epochAt(row));
      }),
    );
  });

  it('arrive the same through a side that takes them in pieces and keeps them by the same rule', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), (pieces) => {
        const [worker, host] = [new EpochSeries(16), new EpochSeries(16)];
        let epoch = 0;
        for (const piece of pieces) {
          for (let k = 0; k < piece; k++, epoch++) worker.add({ epoch, loss: epoch, penalty: 2 * epoch });
          const rows = worker.take();
          expect(rows.epochs.length).toBeLessThanOrEqual(18);
          host.push(rows);
        }
        expect(rowsOf(host)).toEqual(expected(0, epoch - 1, 16));
        expect(host.rows().penalty).toEqual(host.rows().epochs.map((value) => 2 * value));
      }),
    );
  });

  it('of a metric that is known late are not known before', () => {
    const series = new EpochSeries();
    series.add({ epoch: 0, loss: 1 });
    series.add({ epoch: 1, loss: 0.5, gradientNorm: 3 });
    expect([...series.rows().gradientNorm]).toEqual([NaN, 3]);
    expect(series.metrics).toEqual(['loss', 'gradientNorm']);
    expect(series.rows().accuracy.length).toBe(0);
  });

  it('can be found, and forgotten from one on', () => {
    const series = new EpochSeries(8);
    for (let epoch = 0; epoch <= 20; epoch++) series.add({ epoch, loss: epoch });
    expect(rowsOf(series)).toEqual([0, 4, 8, 12, 16, 20]);
    expect([-1, 0, 3, 4, 19, 99].map((epoch) => series.rowOf(epoch))).toEqual([-1, 0, 0, 1, 4, 5]);
    series.truncate(9);
    series.add({ epoch: 10, loss: -1 });
    expect(rowsOf(series)).toEqual([0, 4, 8, 10]);
  });
});

it('a thinned copy has few rows, the first and the last among them', () => {
  const series = new EpochSeries();
  for (let epoch = 0; epoch <= 100; epoch++) series.add({ epoch, loss: -epoch });
  expect([...series.thinned(1000, 3).epochs]).toEqual([0, 1, 2, 3]);
  expect([...series.thinned(10, 99).epochs]).toEqual([0, 16, 32, 48, 64, 80, 96, 99]);
  expect([...series.thinned(10, 96).epochs]).toEqual([0, 16, 32, 48, 64, 80, 96]);
  expect(series.thinned(10, 99).loss.at(-1)).toBe(-99);
  expect(series.thinned(10, -1).epochs).toHaveLength(0);
});
