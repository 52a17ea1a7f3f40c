/** A panel that is slow to draw is told less often, and of every epoch. */
import { expect, it } from 'vitest';
import { EpochSeries, type EpochRows } from '../../src/core/epochs';
import { PanelProgress } from '../../src/app/panelProgress';

function rows(...epochs: number[]): EpochRows {
  const series = new EpochSeries();
  for (const epoch of epochs) series.add({ epoch, loss: 1 / epoch });
  return series.rows();
}

it('is told of what came meanwhile together, when it has taken in the last', async () => {
  const told: number[][] = [];
  const answers: (() => void)[] = [];
  const progress = new PanelProgress(({ epochs }) => {
    told.push([...epochs.epochs]);
    return new Promise((resolve) => answers.push(resolve));
  });
  const answer = async (): Promise<void> => {
    answers.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  for (const epoch of [1, 2, 3]) progress.add({ epochs: rows(epoch), layers: null });
  expect(told).toEqual([[1]]);
  await answer();
  expect(told).toEqual([[1], [2, 3]]);
  await answer();
  expect(told).toHaveLength(2);
  progress.add({ epochs: rows(4), layers: null });
  progress.add({ epochs: rows(5), layers: null });
  progress.forget();
  await answer();
  expect(told).toEqual([[1], [2, 3], [4]]);
});

it('goes on where the page that was told last is gone without an answer', async () => {
  const told: number[][] = [];
  const answers: (() => void)[] = [];
  const progress = new PanelProgress(({ epochs }) => {
    told.push([...epochs.epochs]);
    return new Promise((resolve) => answers.push(resolve));
  });
  progress.add({ epochs: rows(1), layers: null });
  // Hidden and discarded before it could answer, the panel is a new page that has been sent the whole curve.
  progress.forget();
  progress.add({ epochs: rows(2), layers: null });
  progress.add({ epochs: rows(3), layers: null });
  expect(told).toEqual([[1], [2]]);
  // A late answer of the old page says nothing about the new one.
  answers[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toEqual([[1], [2]]);
  answers[1]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toEqual([[1], [2], [3]]);
});
